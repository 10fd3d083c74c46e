using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Client;

/// <summary>The content of a compact JWE whose key is known: A256GCM (RFC 7516; RFC 7518, 4.5 and 5.3).</summary>
internal static class DirectJwe
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Opens a JWE that names no other way to its key.</summary>
    /// <exception cref="BrokerAnswerException">It is none, or not under this key.</exception>
    public static byte[] Open(byte[] contentKey, string compact)
    {
        var parts = compact.Split('.');
        var header = Jose.DecodeObject(parts[0]);
        if (parts.Length != 5 || parts[1].Length != 0 || header["alg"]?.ToString() != "dir" || header["enc"]?.ToString() != "A256GCM" || header.ContainsKey("crit"))
        {
            throw new BrokerAnswerException("not a compact JWE under a known key");
        }

        try
        {
            return Open(contentKey, parts);
        }
        catch (CryptographicException)
        {
            throw new BrokerAnswerException("the JWE is not under this key, or was changed");
        }
    }

    /// <exception cref="CryptographicException">Not this key, or changed.</exception>
    internal static byte[] Open(byte[] contentKey, string[] parts)
    {
        var (nonce, ciphertext, tag) = (Jose.Decode(parts[2]), Jose.Decode(parts[3]), Jose.Decode(parts[4]));
        if (nonce.Length != NonceBytes || tag.Length != TagBytes)
        {
            throw new BrokerAnswerException("a JWE with a nonce or tag of the wrong length");
        }

        var plaintext = new byte[ciphertext.Length];
        using var aes = new AesGcm(contentKey, TagBytes);
        aes.Decrypt(nonce, ciphertext, tag, plaintext, Encoding.ASCII.GetBytes(parts[0]));
        return plaintext;
    }
}
