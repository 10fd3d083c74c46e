using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>Public keys and signatures in the forms openssl reads.</summary>
internal static class PublicKeys
{
    public static string ToPem(JsonObject version) =>
        PublicKeyPem.Of(version["publicJwk"] as JsonObject ?? throw new UsageException("this key has no public part"));

    private static readonly string[] s_public = ["kty", "crv", "x", "y", "use", "alg", "kid", "key_ops"];
    private static readonly string[] s_private = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];

    /// <summary>[CLI-31] The public members of a JWK, or one made of the PEM that openssl writes.</summary>
    /// <exception cref="UsageException">It is neither, or a private or secret key.</exception>
    public static JsonObject ReadEc(string text)
    {
        try
        {
            return text.TrimStart().StartsWith('{') ? PublicJwk(StrictJson.ParseNode(Encoding.UTF8.GetBytes(text))) : PublicKeyPem.ToEcJwk(text);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"the peer's key: {wrong.Message}");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or CryptographicException)
        {
            throw new UsageException("the peer's key is neither a JWK nor the PEM of an EC public key");
        }
    }

    /// <summary>An item of a batch with nothing but the public members of its peer.</summary>
    /// <exception cref="FormatException">The peer is something else than a public key.</exception>
    public static JsonObject KeepPublic(JsonObject item)
    {
        item["peer"] = PublicJwk(item["peer"]);
        return item;
    }

    private static JsonObject PublicJwk(JsonNode? node)
    {
        var jwk = node as JsonObject ?? throw new FormatException("not a JWK");
        if (s_private.Any(jwk.ContainsKey) || Text(jwk, "kty") == "oct")
        {
            throw new FormatException("that is a private or secret key: give the public one");
        }

        return Text(jwk, "kty") == "EC"
            ? new JsonObject(s_public.Where(jwk.ContainsKey).Select(member => KeyValuePair.Create(member, jwk[member]?.DeepClone())))
            : throw new FormatException("not the JWK of an EC key");
    }

    private static string? Text(JsonObject jwk, string member) =>
        jwk[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

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
