using System.Security.Cryptography;

namespace KeyBroker.Tpm.Credentials;

/// <summary>AES in 128-bit cipher feedback mode over any number of bytes, as TPM 2.0 uses it (Part 1, 11.4.5).</summary>
public static class Cfb
{
    private const int BlockSize = 16;

    /// <param name="iv">Sixteen bytes, or none for all zero.</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data) =>
        Transform(key, iv, data, encrypt: true);

    /// <param name="iv">Sixteen bytes, or none for all zero.</param>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data) =>
        Transform(key, iv, data, encrypt: false);

    // The platform transforms whole blocks only: pad with zeros, transform, drop the surplus.
    private static byte[] Transform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, bool encrypt)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var padded = PinnedBytes.Make((data.Length + BlockSize - 1) / BlockSize * BlockSize);
        var transformed = PinnedBytes.Make(padded.Length);
        try
        {
            data.CopyTo(padded);
            var from = iv.IsEmpty ? stackalloc byte[BlockSize] : iv;
            _ = encrypt
                ? aes.EncryptCfb(padded, from, transformed, PaddingMode.None, feedbackSizeInBits: 128)
                : aes.DecryptCfb(padded, from, transformed, PaddingMode.None, feedbackSizeInBits: 128);
            return PinnedBytes.Copy(transformed.AsSpan(0, data.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
            CryptographicOperations.ZeroMemory(transformed);
        }
    }
}
