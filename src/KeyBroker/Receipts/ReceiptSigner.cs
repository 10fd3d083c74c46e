using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;

namespace KeyBroker.Receipts;

/// <summary>Turns an operation and its result into claims, and claims into a result JWT that anyone can check.</summary>
internal sealed class ReceiptSigner(SigningKeys keys, string issuer, TimeProvider clock)
{
    public const string Type = "keybroker-result+jwt";
    private const int IdBytes = 16;

    public string Sign(JsonObject claims) => Jws.Sign(keys.Result, Type, claims);

    public JsonObject Claims(ReceiptClaims receipt, JsonNode result) => Claims(receipt, result, (issuer, clock));

    internal static JsonObject Claims(ReceiptClaims receipt, JsonNode result, (string Issuer, TimeProvider Clock) by)
    {
        var claims = new JsonObject
        {
            ["iss"] = by.Issuer,
            ["aud"] = receipt.Machine,
            ["sub"] = receipt.Subject,
            ["iat"] = (receipt.At ?? by.Clock.GetUtcNow()).ToUnixTimeSeconds(),
            ["jti"] = Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes)),
            ["op"] = receipt.Operation,
            ["att"] = new JsonObject
            {
                ["jti"] = receipt.AttestationJti,
                ["policy"] = receipt.Policy,
                ["policyDigest"] = receipt.PolicyDigest,
            },
            ["req"] = Base64Url.Encode(receipt.RequestDigest),
            ["seq"] = receipt.Sequence,
            ["resultDigest"] = Base64Url.Encode(SHA256.HashData(CanonicalJson.Bytes(result))), // TOK-7
            [result is JsonArray ? "results" : "result"] = result.DeepClone(),
        };

        if (receipt.Key is not null)
        {
            claims["key"] = receipt.Key;
        }

        if (receipt.Secret is not null)
        {
            claims["secret"] = receipt.Secret;
        }

        return claims;
    }
}
