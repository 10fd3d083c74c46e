using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>Elliptic-curve Diffie-Hellman: the secret Z that a key shares with somebody else's.</summary>
internal sealed class Agreements(TpmKeys tpm, SealedKeys sealedKeys)
{
    /// <summary>The x coordinate of the shared point (SEC 1, 3.3.1), before any key derivation; the caller wipes it.</summary>
    /// <param name="peer">Found to be a point of its curve. The curves here have no other subgroup that it could be in.</param>
    /// <exception cref="DeniedException">operation-unsupported, key-state, destroyed, not-found.</exception>
    public async Task<SecretBytes> AgreeAsync(
        KeyRecord key, PublicJwk peer, int? version, CancellationToken cancellation)
    {
        var chosen = KeyChoice.Of(key, "agree", version);
        var curve = $"P-{KeyTypes.Of(key).Bits}";
        if (peer.Curve != curve)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"a key of type {key.Type} agrees with one of {curve}");
        }

        using var theirs = peer.ToEcdh();
        var parameters = theirs.ExportParameters(includePrivateParameters: false);
        return key.Protection == KeyTypes.Sealed
            ? await sealedKeys.AgreeAsync(key, chosen, parameters).WaitAsync(cancellation)
            : await tpm.AgreeAsync(key, chosen, parameters.Q, cancellation);
    }
}
