using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Review;

/// <summary>A grant of which nobody used some verbs.</summary>
public sealed record UnusedGrant(string Policy, Grant Grant, ImmutableArray<string> Verbs)
{
    /// <summary>True where nobody used any verb of it.</summary>
    public bool IsWhole => Verbs.Length == Grant.Verbs.Length;
}
