using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>The attested key that secrets arrive under: opens compact JWEs of ECDH-ES with A256GCM (RFC 7516, RFC 7518).</summary>
internal sealed class EncryptionKey(ECDiffieHellman key) : IDisposable
{
    private const string Algorithm = "ECDH-ES";
    private const string Encryption = "A256GCM";
    private const int KeyBits = 256;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public JsonObject PublicJwk()
    {
        var jwk = Jose.PublicJwk(key.ExportParameters(includePrivateParameters: false));
        jwk["use"] = "enc";
        jwk["alg"] = Algorithm;
        return jwk;
    }

    /// <exception cref="BrokerAnswerException">It is not a JWE for this key.</exception>
    public byte[] Decrypt(string compactJwe)
    {
        var parts = compactJwe.Split('.');
        if (parts.Length != 5 || parts[1].Length != 0)
        {
            throw new BrokerAnswerException("not a compact JWE with direct key agreement");
        }

        var contentKey = AgreeOn(Jose.DecodeObject(parts[0]));
        try
        {
            return Open(contentKey, parts);
        }
        catch (CryptographicException)
        {
            throw new BrokerAnswerException("the JWE is not for this key, or was changed on its way");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    public void Dispose() => key.Dispose();

    private static byte[] Open(byte[] contentKey, string[] parts)
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

    /// <summary>ECDH-ES in direct mode (RFC 7518, 4.6): the Concat KDF over the shared secret.</summary>
    private byte[] AgreeOn(JsonObject header)
    {
        if ((string?)header["alg"] != Algorithm || (string?)header["enc"] != Encryption || header.ContainsKey("crit"))
        {
            throw new BrokerAnswerException($"a JWE of another kind than {Algorithm} with {Encryption}");
        }

        try
        {
            var ephemeral = header["epk"] as JsonObject ?? throw new BrokerAnswerException("a JWE without epk");
            using var peer = ECDiffieHellman.Create(Jose.EcParameters(ephemeral));
            var otherInfo = OtherInfo((string?)header["apu"], (string?)header["apv"]);
            return key.DeriveKeyFromHash(peer.PublicKey, HashAlgorithmName.SHA256, [0, 0, 0, 1], otherInfo);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new BrokerAnswerException("the ephemeral key of the JWE does not fit");
        }
    }

    private static byte[] OtherInfo(string? apu, string? apv) =>
    [
        .. Sized(Encoding.ASCII.GetBytes(Encryption)),
        .. Sized(apu is null ? [] : Jose.Decode(apu)),
        .. Sized(apv is null ? [] : Jose.Decode(apv)),
        .. UInt32(KeyBits),
    ];

    private static byte[] Sized(byte[] bytes) => [.. UInt32(bytes.Length), .. bytes];

    private static byte[] UInt32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
