using System.Text.Json.Nodes;

namespace KeyBroker.Receipts;

/// <summary>What a result says about the operation it is the result of (contract, section 5).</summary>
internal sealed record ReceiptClaims
{
    public required string Machine { get; init; }

    /// <summary><c>keys/NAME</c> or <c>secrets/NAME</c>.</summary>
    public required string Subject { get; init; }

    public required string Operation { get; init; }

    public required string AttestationJti { get; init; }

    public required string Policy { get; init; }

    public required string PolicyDigest { get; init; }

    /// <summary>SHA-256 of the request body as sent.</summary>
    public required byte[] RequestDigest { get; init; }

    /// <summary>The number of the audit record.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the result was recorded; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    public JsonObject? Key { get; init; }

    public JsonObject? Secret { get; init; }
}
