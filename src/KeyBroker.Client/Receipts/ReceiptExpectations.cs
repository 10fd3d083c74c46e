using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>What else a receipt has to say; what is null may be anything.</summary>
public sealed record ReceiptExpectations
{
    public string? Issuer { get; init; }

    /// <summary>The machine.</summary>
    public string? Audience { get; init; }

    /// <summary>The body of the request, as it was sent.</summary>
    public byte[]? Request { get; init; }

    /// <summary>The result, kept apart from the receipt, in whatever form of JSON.</summary>
    public JsonNode? Result { get; init; }
}
