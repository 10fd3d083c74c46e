using System.Security.Cryptography;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>The bytes of ciphertexts: A256GCM with AES keys, RSA-OAEP-256 with RSA keys, one purpose apart from the other.</summary>
internal sealed class CipherBodies(TpmKeys tpm, SealedKeys sealedKeys, ReadyKeys ready)
{
    public const int LongestPlaintext = 64 * 1024;

    // RFC 8017, 7.1.1: two hashes and two bytes.
    private const int OaepOverhead = (2 * SHA256.HashSizeInBytes) + 2;

    /// <param name="aad">Null for none; RSA takes none.</param>
    /// <exception cref="DeniedException">operation-unsupported, too-large.</exception>
    public async Task<byte[]> SealAsync(
        KeyRecord key, KeyVersion version, OpenedBody opened, byte[]? aad, CancellationToken cancellation)
    {
        RefuseAadOfRsa(key, aad);
        RequireLength(key, opened);
        return IsRsa(key)
            ? RsaEncrypt((RSA)ready.Of(version), opened)
            : await sealedKeys.EncryptAsync(key, version, opened, aad).WaitAsync(cancellation);
    }

    /// <summary>Null for everything that is not a ciphertext of this version, aad and purpose.</summary>
    /// <param name="purpose">Null for any.</param>
    /// <exception cref="DeniedException">operation-unsupported.</exception>
    public async Task<OpenedBody?> OpenAsync(
        KeyRecord key, KeyVersion version, SealedBody body, CipherPurpose? purpose, CancellationToken cancellation)
    {
        RefuseAadOfRsa(key, body.Aad);
        return IsRsa(key)
            ? Fitting(await RsaDecryptAsync(key, version, body.Bytes, cancellation), purpose)
            : await sealedKeys.DecryptAsync(key, version, body, purpose).WaitAsync(cancellation);
    }

    public static void RefuseAadOfRsa(KeyRecord key, byte[]? aad)
    {
        if (aad is not null && IsRsa(key))
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "RSA-OAEP-256 takes no aad");
        }
    }

    private static bool IsRsa(KeyRecord key) => KeyTypes.Of(key).Family == KeyFamily.Rsa;

    private static void RequireLength(KeyRecord key, OpenedBody opened)
    {
        var longest = IsRsa(key) ? (KeyTypes.Of(key).Bits / 8) - OaepOverhead : LongestPlaintext;
        longest -= IsRsa(key) && opened.Purpose == CipherPurpose.Key ? RsaKeyMark.Mark.Length : 0;
        if (opened.Content.Length > longest)
        {
            throw new DeniedException(ProblemCodes.TooLarge, $"what this key takes is at most {longest} bytes");
        }
    }

    private static byte[] RsaEncrypt(RSA key, OpenedBody opened)
    {
        if (opened.Purpose == CipherPurpose.Key)
        {
            var marked = RsaKeyMark.Put(opened.Content);
            try
            {
                return key.Encrypt(marked, RSAEncryptionPadding.OaepSHA256);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(marked);
            }
        }

        // What begins like a wrapped key would be one: it could be unwrapped, and not decrypted.
        return opened.Content.AsSpan().StartsWith(RsaKeyMark.Mark)
            ? throw new DeniedException(ProblemCodes.OperationUnsupported, "this begins as wrapped keys do: wrap it")
            : key.Encrypt(opened.Content, RSAEncryptionPadding.OaepSHA256);
    }

    private static OpenedBody? Fitting(byte[]? message, CipherPurpose? purpose)
    {
        var opened = message is null ? null : RsaKeyMark.Read(message);
        if (opened is null || (purpose ?? opened.Purpose) == opened.Purpose)
        {
            return opened;
        }

        CryptographicOperations.ZeroMemory(opened.Content);
        return null;
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
