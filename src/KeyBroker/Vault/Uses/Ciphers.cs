using System.Security.Cryptography;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Encryption and decryption: A256GCM with AES keys, RSA-OAEP-256 with RSA keys.</summary>
internal sealed class Ciphers(TpmKeys tpm, SealedKeys sealedKeys, ReadyKeys ready)
{
    public const int LongestPlaintext = 64 * 1024;

    // RFC 8017, 7.1.1: two hashes and two bytes.
    private const int OaepOverhead = (2 * SHA256.HashSizeInBytes) + 2;

    /// <summary>Encrypts under the primary version.</summary>
    /// <param name="aad">Null for none; RSA takes none.</param>
    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed.</exception>
    public async Task<string> EncryptAsync(
        KeyRecord key, ReadOnlyMemory<byte> plaintext, byte[]? aad, CancellationToken cancellation)
    {
        var chosen = KeyChoice.Of(key, "encrypt", null);
        RefuseAadOfRsa(key, aad);
        RequireLength(key, plaintext.Length);
        var body = IsRsa(key)
            ? ((RSA)ready.Of(chosen)).Encrypt(plaintext.Span, RSAEncryptionPadding.OaepSHA256)
            : await sealedKeys.EncryptAsync(key, chosen, plaintext, aad).WaitAsync(cancellation);
        return new Ciphertext(chosen.Version, body).ToString();
    }

    /// <summary>Decrypts with the version that the ciphertext names; the caller wipes what comes back.</summary>
    /// <exception cref="DeniedException">
    /// operation-unsupported, key-state, destroyed; ciphertext-invalid, the same for everything that can be wrong with one.
    /// </exception>
    public async Task<byte[]> DecryptAsync(
        KeyRecord key, string ciphertext, byte[]? aad, CancellationToken cancellation)
    {
        KeyChoice.RequireOperation(key, "decrypt");
        RefuseAadOfRsa(key, aad);
        var parsed = Ciphertext.Parse(ciphertext);
        var version = key.Version(parsed.Version) ?? throw Ciphertext.Invalid();
        KeyLifeCycle.Check(key, version, "decrypt");
        var plaintext = IsRsa(key)
            ? await RsaDecryptAsync(key, version, parsed.Body, cancellation)
            : await sealedKeys.DecryptAsync(key, version, parsed.Body, aad).WaitAsync(cancellation);
        return plaintext ?? throw Ciphertext.Invalid();
    }

    private static bool IsRsa(KeyRecord key) => KeyTypes.Of(key).Family == KeyFamily.Rsa;

    private static void RefuseAadOfRsa(KeyRecord key, byte[]? aad)
    {
        if (aad is not null && IsRsa(key))
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "RSA-OAEP-256 takes no aad");
        }
    }

    private static void RequireLength(KeyRecord key, int length)
    {
        var longest = IsRsa(key) ? (KeyTypes.Of(key).Bits / 8) - OaepOverhead : LongestPlaintext;
        if (length > longest)
        {
            throw new DeniedException(ProblemCodes.TooLarge, $"a plaintext for this key is at most {longest} bytes");
        }
    }

    private async Task<byte[]?> RsaDecryptAsync(
        KeyRecord key, KeyVersion version, byte[] ciphertext, CancellationToken cancellation)
    {
        if (ciphertext.Length != KeyTypes.Of(key).Bits / 8)
        {
            return null;
        }

        return key.Protection == KeyTypes.Sealed
            ? await sealedKeys.RsaDecryptAsync(key, version, ciphertext).WaitAsync(cancellation)
            : await tpm.DecryptAsync(key, version, ciphertext, cancellation);
    }
}
