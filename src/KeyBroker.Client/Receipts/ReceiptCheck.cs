using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Checks kept receipts with the keys a broker publishes for ever (<c>GET /v1/broker/signing-keys</c>).</summary>
public sealed class ReceiptCheck(JsonObject signingKeys)
{
    /// <summary>The broker's keys, to be kept beside receipts.</summary>
    public static async Task<JsonObject> FetchKeysAsync(Uri broker, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(broker);
        return (await transport.SendAsync(HttpMethod.Get, "/v1/broker/signing-keys", null, cancellationToken)).Json();
    }

    /// <summary>The claims of a receipt.</summary>
    /// <exception cref="BrokerAnswerException">It is none that this broker signed.</exception>
    public JsonObject Verify(string receipt)
    {
        var parts = receipt.Split('.');
        var header = parts.Length == 3 ? Jose.DecodeObject(parts[0]) : [];
        if ((string?)header["alg"] != "ES256" || (string?)header["typ"] != "keybroker-result+jwt" || header.ContainsKey("crit"))
        {
            throw new BrokerAnswerException("not a receipt");
        }

        using var key = Find((string?)header["kid"]);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        return key.VerifyData(signed, Jose.Decode(parts[2]), HashAlgorithmName.SHA256)
            ? Jose.DecodeObject(parts[1])
            : throw new BrokerAnswerException("its signature is wrong");
    }

    private ECDsa Find(string? kid)
    {
        var jwk = (signingKeys["items"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(item => kid is not null && (string?)item["kid"] == kid && (string?)item["use"] == "result")
            .Select(item => item["publicJwk"] as JsonObject)
            .FirstOrDefault();
        try
        {
            return ECDsa.Create(Jose.EcParameters(jwk ?? throw new BrokerAnswerException("signed with a key this broker does not publish for results")));
        }
        catch (CryptographicException)
        {
            throw new BrokerAnswerException("the broker publishes a key that is none");
        }
    }
}
