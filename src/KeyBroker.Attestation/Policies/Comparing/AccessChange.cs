using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>What somebody may do after a change and could not before, and the other way round.</summary>
public sealed record AccessChange(ImmutableArray<string> Gains, ImmutableArray<string> Losses)
{
    public static AccessChange Of(ImmutableArray<AccessRight> before, ImmutableArray<AccessRight> after) =>
        new(NotIn(after, before), NotIn(before, after));

    // A wider pattern in place of a narrower one takes nothing away.
    private static ImmutableArray<string> NotIn(ImmutableArray<AccessRight> rights, ImmutableArray<AccessRight> others) =>
        AccessRight.InWords(rights.Where(right => !others.Any(other => other.Covers(right))));
}
