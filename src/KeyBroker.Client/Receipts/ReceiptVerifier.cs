using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Checks that an answer was signed by the broker, for this machine, about this very request.</summary>
internal sealed class ReceiptVerifier(BrokerTransport transport)
{
    // TOK-16: a key is published before its first use, so whoever does not know one looks again, and seldom.
    private static readonly TimeSpan s_seldom = TimeSpan.FromSeconds(10);

    private JsonArray? _keys;
    private long _lookedAt;
    private string? _issuer;

    /// <summary>From now on the results of this issuer alone are believed, and these keys, however many the broker publishes later.</summary>
    public void Pin(string issuer, JsonArray keys) => (_issuer, _keys) = (issuer, keys);

    /// <exception cref="BrokerAnswerException">It was not.</exception>
    public async Task<BrokerResult> VerifyAsync(
        BrokerAnswer answer, string machine, byte[]? requestBody, CancellationToken cancellationToken)
    {
        var receipt = Encoding.ASCII.GetString(answer.Body);
        var parts = receipt.Split('.');
        Require(answer.MediaType == "application/jwt" && parts.Length == 3, "the answer is not a signed result");
        var header = Jose.DecodeObject(parts[0]);
        Require(
            (string?)header["alg"] == "ES256" && (string?)header["typ"] == "keybroker-result+jwt" && !header.ContainsKey("crit"),
            "the answer is not a signed result");

        using var key = await FindAsync((string?)header["kid"], cancellationToken);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Require(key.VerifyData(signed, Jose.Decode(parts[2]), HashAlgorithmName.SHA256), "the result's signature is wrong");

        var claims = Jose.DecodeObject(parts[1]);
        Require(_issuer is null || (string?)claims["iss"] == _issuer, "the result is by another issuer");
        Require((string?)claims["aud"] == machine, "the result is for another machine");
        Require(
            (string?)claims["req"] == Base64Url.EncodeToString(SHA256.HashData(requestBody ?? [])),
            "the result is about another request");
        return new BrokerResult(claims, receipt);
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokerAnswerException(message);
        }
    }

    private async Task<ECDsa> FindAsync(string? kid, CancellationToken cancellationToken)
    {
        _keys ??= await FetchAsync(cancellationToken);
        if (Listed(kid) is null && _issuer is null && Stopwatch.GetElapsedTime(_lookedAt) > s_seldom)
        {
            _keys = await FetchAsync(cancellationToken);
        }

        var key = Listed(kid) ?? throw new BrokerAnswerException("the result is signed with a key the broker does not publish");
        try
        {
            return ECDsa.Create(Jose.EcParameters(key));
        }
        catch (CryptographicException)
        {
            throw new BrokerAnswerException("the broker publishes a key that is none");
        }
    }

    private JsonObject? Listed(string? kid) =>
        _keys!.OfType<JsonObject>().FirstOrDefault(jwk => kid is not null && jwk["kid"] is JsonValue value && value.TryGetValue<string>(out var text) && text == kid);

    private async Task<JsonArray> FetchAsync(CancellationToken cancellationToken)
    {
        _lookedAt = Stopwatch.GetTimestamp();
        var answer = await transport.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", null, cancellationToken);
        return answer.Json()["keys"] as JsonArray ?? throw new BrokerAnswerException("the broker publishes no keys");
    }
}
