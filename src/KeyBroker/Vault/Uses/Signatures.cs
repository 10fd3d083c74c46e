using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Signing and verifying with EC and RSA keys.</summary>
internal sealed class Signatures(TpmKeys tpm, SealedKeys sealedKeys, ReadyKeys ready)
{
    /// <summary>A signature as JOSE writes it: r‖s, or the RSA signature.</summary>
    /// <exception cref="DeniedException">operation-unsupported, request-malformed, key-state, destroyed, not-found.</exception>
    public async Task<byte[]> SignAsync(
        KeyRecord key, string alg, ReadOnlyMemory<byte> digest, int? version, CancellationToken cancellation)
    {
        var chosen = KeyChoice.Of(key, "sign", version);
        var algorithm = Fitting(key, alg, digest.Length);
        if (key.Protection == KeyTypes.Sealed)
        {
            return await sealedKeys.SignAsync(key, chosen, algorithm, digest).WaitAsync(cancellation);
        }

        var signature = await tpm.SignAsync(key, chosen, algorithm, digest, cancellation);

        // K11. What the TPM, or something between us and it, calls a signature is one.
        return Verifies(chosen, algorithm, digest.Span, signature)
            ? signature
            : throw new TpmResultException("the TPM returned a signature that its own key does not verify");
    }

    /// <exception cref="DeniedException">operation-unsupported, request-malformed, key-state, destroyed, not-found.</exception>
    public bool Verify(
        KeyRecord key, string alg, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int? version)
    {
        var chosen = KeyChoice.Of(key, "verify", version);
        return Verifies(chosen, Fitting(key, alg, digest.Length), digest, signature);
    }

    private static SignatureAlgorithm Fitting(KeyRecord key, string alg, int digestLength)
    {
        var algorithm = SignatureAlgorithm.Find(alg);
        if (!algorithm.Fits(KeyTypes.Of(key)))
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"a key of type {key.Type} does not sign {alg}");
        }

        return digestLength == algorithm.DigestLength
            ? algorithm
            : throw DeniedException.Malformed($"a digest for {alg} is {algorithm.DigestLength} bytes", "digest");
    }

    private bool Verifies(
        KeyVersion version, SignatureAlgorithm algorithm, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        ready.Of(version) switch
        {
            ECDsa ec => ec.VerifyHash(digest, signature),
            RSA rsa => rsa.VerifyHash(digest, signature, algorithm.HashName, algorithm.Padding!),
            _ => false,
        };
}
