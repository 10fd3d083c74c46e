using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>One call with token and proof; the path is percent-encoded already.</summary>
public sealed record BrokerCall(HttpMethod Method, string Path, JsonObject? Body)
{
    /// <summary>The same value again gives the first answer again and does nothing twice.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The state that is to be changed, as an entity tag; another is refused.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Asks for the claims without the result (<c>Prefer: receipt</c>).</summary>
    public bool ReceiptOnly { get; init; }

    internal void AddConditions(HttpRequestMessage request)
    {
        if (IdempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", IdempotencyKey);
        }

        if (IfMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", IfMatch);
        }
    }
}
