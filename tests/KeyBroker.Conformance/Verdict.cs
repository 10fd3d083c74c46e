using System.Collections.Immutable;

namespace KeyBroker.Conformance;

/// <summary>What the product says of a case, and why.</summary>
internal sealed record Verdict(Outcome Outcome, string Reason)
{
    /// <summary>Register values that the case replays to, lower-case hex by bank and number.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>? Pcrs { get; init; }

    /// <summary>Digests that the case computes to, lower-case hex by hash.</summary>
    public ImmutableSortedDictionary<string, string>? Digest { get; init; }

    /// <summary>The name, qualified or not, that the case computes to.</summary>
    public string? Name { get; init; }

    public static Verdict Accept(string reason) => new(Outcome.Accept, reason);

    public static Verdict Reject(string reason) => new(Outcome.Reject, reason);

    public static Verdict Unsupported(string reason) => new(Outcome.Unsupported, reason);
}
