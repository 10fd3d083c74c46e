using KeyBroker.Audit;

namespace KeyBroker.Pipeline;

/// <summary>What the audit record of a message says about it before it has an outcome.</summary>
internal sealed record AuditSubject(string Operation)
{
    public string? Machine { get; init; }

    /// <summary><c>keys/NAME</c>, <c>secrets/NAME</c> or another path-like name.</summary>
    public string? Resource { get; init; }

    public int? Version { get; init; }

    public string? Policy { get; init; }

    public string? PolicyDigest { get; init; }

    public string? Jti { get; init; }

    public string? RequestId { get; init; }

    public string? Peer { get; init; }

    /// <summary>What an administrator asked for: the members of the body.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    public byte[]? RequestDigest { get; init; }

    /// <summary>What is used up by the act, whatever comes of it.</summary>
    public ISpending? Spends { get; init; }
}
