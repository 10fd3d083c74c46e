using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Base64Url = System.Buffers.Text.Base64Url;

namespace KeyBroker.Client;

/// <summary>The few JOSE forms the client needs: EC JWKs and compact JWS with ES256 (RFC 7515, RFC 7517, RFC 7518).</summary>
internal static class Jose
{
    public static JsonObject PublicJwk(ECParameters key) => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = Base64Url.EncodeToString(key.Q.X),
        ["y"] = Base64Url.EncodeToString(key.Q.Y),
    };

    /// <exception cref="BrokerAnswerException">The JWK is not one of an EC key on P-256 or P-384.</exception>
    public static ECParameters EcParameters(JsonObject jwk)
    {
        try
        {
            return new ECParameters
            {
                Curve = (string?)jwk["crv"] switch
                {
                    "P-256" => ECCurve.NamedCurves.nistP256,
                    "P-384" => ECCurve.NamedCurves.nistP384,
                    _ => throw new BrokerAnswerException("a JWK of an unknown curve"),
                },
                Q = new ECPoint { X = Decode((string?)jwk["x"]), Y = Decode((string?)jwk["y"]) },
            };
        }
        catch (InvalidOperationException)
        {
            throw new BrokerAnswerException("a malformed JWK");
        }
    }

    public static RSAParameters RsaParameters(JsonObject jwk) => new()
    {
        Modulus = Decode((string?)jwk["n"]),
        Exponent = Decode((string?)jwk["e"]),
    };

    public static byte[] Decode(string? text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text ?? throw new BrokerAnswerException("a member is missing"));
        }
        catch (FormatException)
        {
            throw new BrokerAnswerException("not base64url");
        }
    }

    public static JsonObject DecodeObject(string part)
    {
        try
        {
            return StrictJson.ParseNode(Decode(part)) as JsonObject ?? throw new BrokerAnswerException("not a JSON object");
        }
        catch (JsonException)
        {
            throw new BrokerAnswerException("not a JSON object");
        }
    }

    /// <param name="sign">ES256 of a digest: r and s.</param>
    public static string Sign(Func<byte[], byte[]> sign, JsonObject header, JsonObject payload)
    {
        var input = $"{Part(header)}.{Part(payload)}";
        var signature = sign(SHA256.HashData(Encoding.ASCII.GetBytes(input)));
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
