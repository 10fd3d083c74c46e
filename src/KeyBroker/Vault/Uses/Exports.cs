using System.Globalization;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>The private parts of keys that were made to be handed out.</summary>
internal sealed class Exports(SealedKeys sealedKeys)
{
    /// <summary>
    /// The private JWK of a version; the caller wipes it. Its <c>kid</c> is the key's id and the version, which is what
    /// ciphertexts of AES keys are bound to.
    /// </summary>
    /// <exception cref="DeniedException">operation-unsupported, not-found, key-state, destroyed.</exception>
    public Task<SecretBytes> PrivateJwkAsync(KeyRecord key, int? number, CancellationToken cancellation)
    {
        if (!key.Exportable || key.Protection != KeyTypes.Sealed)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "this key was not made exportable");
        }

        var version = KeyChoice.OfAnyUse(key, "release", number);
        var kid = string.Create(CultureInfo.InvariantCulture, $"{key.Id}:v{version.Version}");
        return sealedKeys.PrivateJwkAsync(key, version, kid).WaitAsync(cancellation);
    }
}
