using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>The attested key that secrets arrive under: opens compact JWEs of ECDH-ES with A256GCM (RFC 7516, RFC 7518).</summary>
/// <param name="key">The private half.</param>
/// <param name="certified">What shows that the TPM holds it, if it does.</param>
internal sealed class EncryptionKey(IKeyAgreement key, CertifiedPublic? certified = null) : IDisposable
{
    private const string Algorithm = "ECDH-ES";
    private const string Encryption = "A256GCM";
    private const int KeyBits = 256;

    public JsonObject PublicJwk()
    {
        var jwk = Jose.PublicJwk(key.PublicKey);
        jwk["use"] = "enc";
        jwk["alg"] = Algorithm;
        return jwk;
    }

    /// <summary>The key as the evidence names it.</summary>
    public JsonObject Attested()
    {
        var jwk = PublicJwk();
        certified?.AddTo(jwk, "public");
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
            return DirectJwe.Open(contentKey, parts);
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
            var shared = key.Agree(Jose.EcParameters(ephemeral));
            byte[] text = [0, 0, 0, 1, .. shared, .. OtherInfo((string?)header["apu"], (string?)header["apv"])];
            var contentKey = SHA256.HashData(text);
            CryptographicOperations.ZeroMemory(shared);
            CryptographicOperations.ZeroMemory(text);
            return contentKey;
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
