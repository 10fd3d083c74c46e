using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Everything that a receipt has to name (specs/tokens.md, 3), and what is expected of it beside.</summary>
internal static class ReceiptContent
{
    // The end of the year 9999.
    private const long LastSecond = 253_402_300_799;

    private static readonly string[] s_texts = ["iss", "aud", "sub", "jti", "op", "req", "resultDigest"];
    private static readonly string[] s_numbers = ["iat", "seq"];
    private static readonly string[] s_attestation = ["jti", "policy", "policyDigest"];

    /// <exception cref="ReceiptException">claims, result, request, audience or issuer.</exception>
    public static void Check(JsonObject claims, ReceiptExpectations expected)
    {
        RequireNamed(claims);
        var digest = (string?)claims["resultDigest"];
        foreach (var result in new[] { claims["result"], claims["results"], expected.Result })
        {
            Require(result is null || digest == Base64Url.EncodeToString(CanonicalResult.Digest(result)), ReceiptReasons.Result, "the result is another");
        }

        Require(
            expected.Request is null || (string?)claims["req"] == Base64Url.EncodeToString(SHA256.HashData(expected.Request)),
            ReceiptReasons.Request, "it is about another request");
        Require(expected.Audience is null || (string?)claims["aud"] == expected.Audience, ReceiptReasons.Audience, "it is for another machine");
        Require(expected.Issuer is null || (string?)claims["iss"] == expected.Issuer, ReceiptReasons.Issuer, "it is of another broker");
    }

    /// <exception cref="ReceiptException">claims: <c>iat</c> is no time.</exception>
    public static DateTimeOffset TimeOf(JsonObject claims) =>
        claims["iat"] is JsonValue value && value.TryGetValue<long>(out var seconds) && seconds is >= 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new ReceiptException(ReceiptReasons.Claims, "its 'iat' is no time");

    // Who, what, when, by which attestation and policy, about which request and result, and where in the audit.
    private static void RequireNamed(JsonObject claims)
    {
        var missing = s_texts.FirstOrDefault(name => !IsText(claims[name]))
            ?? s_attestation.Select(name => $"att.{name}").FirstOrDefault(path => !IsText((claims["att"] as JsonObject)?[path[4..]]))
            ?? s_numbers.FirstOrDefault(name => !IsNumber(claims[name]));
        Require(missing is null, ReceiptReasons.Claims, $"it does not say '{missing}'");
        _ = TimeOf(claims);
        foreach (var subject in new[] { claims["key"], claims["secret"] })
        {
            Require(subject is null || subject is JsonObject named && IsText(named["name"]), ReceiptReasons.Claims, "it does not name its key or secret");
            Require(subject is null || subject["version"] is null || IsNumber(subject["version"]), ReceiptReasons.Claims, "it does not say which version");
        }
    }

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out _);

    private static void Require(bool holds, string reason, string message)
    {
        if (!holds)
        {
            throw new ReceiptException(reason, message);
        }
    }
}
