using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>Public keys and signatures in the forms openssl reads.</summary>
internal static class PublicKeys
{
    public static string ToPem(JsonObject version) =>
        PublicKeyPem.Of(version["publicJwk"] as JsonObject ?? throw new UsageException("this key has no public part"));

    /// <summary>A JWK as it is, or one made of the PEM that openssl writes.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static JsonObject ReadEc(string text)
    {
        try
        {
            return text.TrimStart().StartsWith('{') ? PublicJwk(text) : PublicKeyPem.ToEcJwk(text);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or CryptographicException)
        {
            throw new UsageException("the peer's key is neither a JWK nor the PEM of an EC public key");
        }
    }

    private static JsonObject PublicJwk(string text)
    {
        var jwk = JsonNode.Parse(text) as JsonObject ?? throw new UsageException("the peer's key is not a JWK");
        return jwk.ContainsKey("d") ? throw new UsageException("that is a private key: give the public one") : jwk;
    }

    /// <summary>A signature in the form openssl reads.</summary>
    public static byte[] ForOpenSsl(string alg, byte[] signature) =>
        alg.StartsWith("ES", StringComparison.Ordinal) ? ToDer(signature) : signature;

    /// <summary>r‖s as the DER sequence of RFC 3279, 2.2.3.</summary>
    private static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(signature[..(signature.Length / 2)]));
            writer.WriteIntegerUnsigned(Shortest(signature[(signature.Length / 2)..]));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> value)
    {
        var trimmed = value.TrimStart((byte)0);
        return trimmed.IsEmpty ? [0] : trimmed;
    }
}
