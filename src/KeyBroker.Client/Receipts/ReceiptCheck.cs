using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Checks kept receipts without a broker: signature, everything that a receipt names, and what is expected of it.</summary>
public sealed class ReceiptCheck(ReceiptKeys keys, ReceiptExpectations expected)
{
    private const string Type = "keybroker-result+jwt";

    /// <summary>What a public address of a broker answers: its JWKS, or its list of signing keys.</summary>
    public static async Task<JsonObject> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(new Uri(address.GetLeftPart(UriPartial.Authority)));
        return (await transport.SendAsync(HttpMethod.Get, address.PathAndQuery, null, cancellationToken)).Json();
    }

    /// <summary>The broker's signing keys, to be kept beside receipts.</summary>
    public static Task<JsonObject> FetchKeysAsync(Uri broker, CancellationToken cancellationToken) =>
        FetchAsync(new Uri(broker, "/v1/broker/signing-keys"), cancellationToken);

    /// <summary>The claims of a receipt.</summary>
    /// <exception cref="ReceiptException">Which check fails.</exception>
    public JsonObject Verify(string receipt)
    {
        var (claims, kid) = BrokerJws.Open(receipt, Type, keys);
        ReceiptContent.Check(claims, expected);
        BrokerJws.RequireCertified(claims, kid, keys);
        return claims;
    }
}
