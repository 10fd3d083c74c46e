using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>One call with token and proof; the path is percent-encoded already.</summary>
public sealed record BrokerCall(HttpMethod Method, string Path, JsonObject? Body)
{
    /// <summary>The same value again gives the first answer again and does nothing twice.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Asks for the claims without the result (<c>Prefer: receipt</c>).</summary>
    public bool ReceiptOnly { get; init; }
}
