using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>The list of what may not start, or another database of secure boot, has all of these entries.</summary>
public sealed record DatabaseRequirement(string Database, AcceptedDigests Contains) : EventRequirement(Database)
{
    private const int Pcr = 7;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => Contains.Labels;

    public override string? Observe(BootFacts facts) =>
        facts.Databases?.GetValueOrDefault(Database) is { } entries ? $"{entries.Length} entries" : null;

    public override Shortfall? Check(BootFacts facts)
    {
        if (facts.Databases is not { } databases || !databases.TryGetValue(Database, out var entries))
        {
            return NotProven("the database", Pcr);
        }

        var known = entries.Select(entry => entry.Identity).ToHashSet(StringComparer.Ordinal);
        var missing = Enumerable.Range(0, Contains.Values.Length).Where(i => !known.Contains(Contains.Values[i]));
        return missing.Select(i => Contains.Labels[i]).ToList() is { Count: > 0 } labels
            ? new Shortfall($"{Database}: lacks {string.Join(", ", labels)}") { Pcr = Pcr, Expected = labels }
            : null;
    }
}
