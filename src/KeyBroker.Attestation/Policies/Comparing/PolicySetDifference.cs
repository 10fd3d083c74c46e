using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>What differs between two sets, document by document: layout, comments and names of files do not count.</summary>
public sealed class PolicySetDifference
{
    private PolicySetDifference(IEnumerable<DocumentChange> changes) => Changes = [.. changes];

    /// <summary>Policies by name, then baselines by name.</summary>
    public ImmutableArray<DocumentChange> Changes { get; }

    public static PolicySetDifference Of(PolicySet before, PolicySet after) => new(
        Pairs(before.Policies, after.Policies, policy => policy.Name)
            .Where(pair => pair.Before?.Digest != pair.After?.Digest)
            .Select(pair => Of(pair.Before, pair.After))
            .Concat(Pairs(before.Baselines, after.Baselines, baseline => baseline.Name)
                .Where(pair => pair.Before?.Digest != pair.After?.Digest)
                .Select(pair => Of(pair, [.. before.Policies, .. after.Policies]))));

    private static DocumentChange Of(Policy? before, Policy? after) =>
        new("policy", (after ?? before)!.Name, Word(before, after))
        {
            About = SelectorText.Of((after ?? before)!.Machines),
            Details = [.. PolicyComparison.Of(before, after)],
        };

    private static DocumentChange Of((Baseline? Before, Baseline? After) pair, IEnumerable<Policy> policies)
    {
        var (before, after) = pair;
        var name = (after ?? before)!.Name;
        var naming = policies.Where(policy => policy.Names(name)).Select(policy => policy.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return new DocumentChange("baseline", name, Word(before, after))
        {
            About = naming.Count == 0 ? "no policy names it" : $"named by {string.Join(", ", naming)}",
            Details = [.. BaselineComparison.Of(before, after, isNamed: naming.Count > 0)],
        };
    }

    private static string Word(object? before, object? after) => before is null ? "added" : after is null ? "removed" : "changed";

    private static IEnumerable<(T? Before, T? After)> Pairs<T>(IEnumerable<T> before, IEnumerable<T> after, Func<T, string> nameOf)
        where T : class
    {
        var (old, @new) = (before.ToDictionary(nameOf, StringComparer.Ordinal), after.ToDictionary(nameOf, StringComparer.Ordinal));
        return old.Keys.Union(@new.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => (old.GetValueOrDefault(name), @new.GetValueOrDefault(name)));
    }
}
