namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>What another set of policies does to one machine in one state.</summary>
public sealed record StateChange(Decision Before, Decision After)
{
    public AccessChange Access { get; } = AccessChange.Of(AccessRight.Of(Before.Holding), AccessRight.Of(After.Holding));

    /// <summary>It is not let in any more, or may do less.</summary>
    public bool Loses => (Before.IsAllowed && !After.IsAllowed) || !Access.Losses.IsEmpty;

    /// <summary>It is let in now, or may do more.</summary>
    public bool Gains => (!Before.IsAllowed && After.IsAllowed) || !Access.Gains.IsEmpty;

    /// <summary>Of a loss, why the policies that held do not; of a gain, why they did not before.</summary>
    public IReadOnlyList<Reason> Reasons => Loses ? Lost(Before, After) : Lost(After, Before);

    public static StateChange Of((PolicySet Before, PolicySet After) sets, MachineFacts machine, MeasuredState state, DateTimeOffset now) =>
        new(sets.Before.Decide(machine, state, now), sets.After.Decide(machine, state, now));

    private static List<Reason> Lost(Decision holds, Decision holdsNot)
    {
        var names = holds.Holding.Select(policy => policy.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. holdsNot.Outcomes
                .Where(outcome => names.Contains(outcome.Policy.Name))
                .SelectMany(outcome => outcome.Reasons),
        ];
    }
}
