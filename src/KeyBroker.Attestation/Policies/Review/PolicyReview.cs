using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Review;

/// <summary>What of a set does nothing, will end soon, or is only observed, by what machines have shown and used.</summary>
public sealed record PolicyReview
{
    /// <summary>Baselines that no state matched.</summary>
    public required ImmutableArray<Baseline> Unmatched { get; init; }

    /// <summary>Baselines that have ended, or will soon.</summary>
    public required ImmutableArray<Baseline> Ending { get; init; }

    /// <summary>Policies that select no machine.</summary>
    public required ImmutableArray<Policy> SelectingNone { get; init; }

    public required ImmutableArray<UnusedGrant> Unused { get; init; }

    public required ImmutableArray<ObservedPolicy> Observed { get; init; }

    /// <param name="set">What is reviewed.</param>
    /// <param name="machines">Every machine that could attest.</param>
    /// <param name="seen">The states that they showed; taken one after the other and never kept, because facts can be large.</param>
    /// <param name="uses">What was granted and done.</param>
    /// <param name="time">Now, and how soon is soon.</param>
    public static PolicyReview Of(
        PolicySet set, IReadOnlyList<MachineFacts> machines, IEnumerable<SeenState> seen, IEnumerable<GrantUse> uses,
        (DateTimeOffset Now, TimeSpan Soon) time)
    {
        var matched = new HashSet<string>(StringComparer.Ordinal);
        var observed = ObservedPolicy.In(set, machines, Noting(seen, state => matched.UnionWith(set.Matching(state.State))), time.Now);
        return new PolicyReview
        {
            Unmatched = [.. set.Baselines.Where(baseline => !matched.Contains(baseline.Name))],
            Ending = [.. set.Baselines.Where(baseline => baseline.ValidUntil < time.Now + time.Soon)],
            SelectingNone = [.. set.Policies.Where(policy => !machines.Any(policy.Machines.Selects))],
            Unused = UnusedGrants(set, uses),
            Observed = [.. observed],
        };
    }

    private static IEnumerable<SeenState> Noting(IEnumerable<SeenState> seen, Action<SeenState> note)
    {
        foreach (var state in seen)
        {
            note(state);
            yield return state;
        }
    }

    private static ImmutableArray<UnusedGrant> UnusedGrants(PolicySet set, IEnumerable<GrantUse> uses)
    {
        var byPolicy = uses.Distinct().ToLookup(use => use.Policy, StringComparer.Ordinal);
        return
        [
            .. from policy in set.Policies
               where policy.Mode == PolicyMode.Enforce
               from grant in policy.Grants
               let unused = grant.Verbs.Where(verb => !byPolicy[policy.Name].Any(use => use.Verb == verb && grant.Covers(use.Kind, use.Name)))
               where unused.Any()
               select new UnusedGrant(policy.Name, grant, [.. unused]),
        ];
    }
}
