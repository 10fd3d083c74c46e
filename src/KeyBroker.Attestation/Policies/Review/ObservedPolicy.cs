using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Review;

/// <summary>What an observed policy would have done, had it been enforced.</summary>
/// <param name="Machines">How many machines it selects.</param>
/// <param name="Holds">How many of the states that they showed it holds in.</param>
/// <param name="Fails">In how many it does not.</param>
public sealed record ObservedPolicy(string Policy, int Machines, int Holds, int Fails)
{
    private const int MostReasons = 8;

    /// <summary>Names of machines that no enforced policy lets in, and this one would.</summary>
    public ImmutableArray<string> WouldLetIn { get; init; } = [];

    /// <summary>What does not hold and in how many states, the most frequent first.</summary>
    public ImmutableArray<(string What, int States)> Reasons { get; init; } = [];

    internal static IEnumerable<ObservedPolicy> In(
        PolicySet set, IReadOnlyList<MachineFacts> machines, IEnumerable<SeenState> seen, DateTimeOffset now)
    {
        var outcomes = seen
            .Select(state => (state.Machine, Decision: set.Decide(state.Machine, state.State, now)))
            .SelectMany(decided => decided.Decision.Outcomes
                .Where(outcome => outcome.Mode == PolicyMode.Observe)
                .Select(outcome => (decided.Machine, decided.Decision.IsAllowed, Outcome: outcome)))
            .ToLookup(decided => decided.Outcome.Policy.Name, StringComparer.Ordinal);
        return set.Policies.Where(policy => policy.Mode == PolicyMode.Observe)
            .Select(policy => Of(policy.Name, machines.Count(policy.Machines.Selects), [.. outcomes[policy.Name]]));
    }

    private static ObservedPolicy Of(string policy, int machines, List<(MachineFacts Machine, bool IsAllowed, PolicyOutcome Outcome)> decided)
    {
        var holding = decided.Where(one => one.Outcome.Holds).ToList();
        var reasons = decided.SelectMany(one => one.Outcome.Reasons.Select(What).Distinct(StringComparer.Ordinal)).CountBy(what => what);
        return new ObservedPolicy(policy, machines, holding.Count, decided.Count - holding.Count)
        {
            WouldLetIn = [.. holding.Where(one => !one.IsAllowed).Select(one => one.Machine.Name).Distinct().Order(StringComparer.Ordinal)],
            Reasons =
            [
                .. reasons.OrderByDescending(counted => counted.Value).ThenBy(counted => counted.Key, StringComparer.Ordinal)
                    .Take(MostReasons)
                    .Select(counted => (counted.Key, counted.Value)),
            ],
        };
    }

    // An assertion on events is known by its name, a register by its number.
    private static string What(Reason reason) =>
        reason.Code == ReasonCodes.PolicyEvent ? $"{reason.Code} {reason.Message}"
        : reason.Pcr is { } pcr ? $"{reason.Code} PCR {pcr}"
        : reason.Code;
}
