namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>What a change of a baseline does to those whose boot it describes.</summary>
internal static class BaselineComparison
{
    public static IEnumerable<ChangeDetail> Of(Baseline? before, Baseline? after, bool isNamed)
    {
        var details = (before, after) switch
        {
            (null, { } added) => [new ChangeDetail(Effect.Gain, $"a boot is accepted: {Registers(added)}")],
            ({ } removed, null) => [new ChangeDetail(Effect.Loss, $"a boot is not accepted any more: {Registers(removed)}")],
            ({ } old, { } @new) => Changed(old, @new),
            _ => Enumerable.Empty<ChangeDetail>(),
        };
        return isNamed ? details : details.Select(detail => detail with { Effect = Effect.None });
    }

    private static IEnumerable<ChangeDetail> Changed(Baseline before, Baseline after)
    {
        var differing = before.Pcrs.Keys.Union(after.Pcrs.Keys).Order().Where(pcr => !Same(before, after, pcr)).ToList();
        if (differing.Count > 0 || before.Bank != after.Bank)
        {
            var registers = string.Join(", ", differing.Select(pcr => $"PCR {pcr}"));
            yield return new ChangeDetail(Effect.Loss, $"another boot is accepted instead: {registers}");
            yield return new ChangeDetail(Effect.Gain, $"this boot is accepted now: {Registers(after)}");
        }

        if (before.ValidFrom != after.ValidFrom)
        {
            var earlier = (after.ValidFrom ?? DateTimeOffset.MinValue) < (before.ValidFrom ?? DateTimeOffset.MinValue);
            yield return Window("valid from", before.ValidFrom, after.ValidFrom, earlier);
        }

        if (before.ValidUntil != after.ValidUntil)
        {
            var later = (after.ValidUntil ?? DateTimeOffset.MaxValue) > (before.ValidUntil ?? DateTimeOffset.MaxValue);
            yield return Window("valid until", before.ValidUntil, after.ValidUntil, later);
        }

        if (differing.Count == 0 && before.ValidFrom == after.ValidFrom && before.ValidUntil == after.ValidUntil)
        {
            yield return new ChangeDetail(Effect.None, "what is only for people and explanations");
        }
    }

    private static ChangeDetail Window(string what, DateTimeOffset? before, DateTimeOffset? after, bool gains) =>
        new(gains ? Effect.Gain : Effect.Loss, $"{what}: {Text(before)} becomes {Text(after)}");

    private static string Text(DateTimeOffset? time) => time?.ToString("u") ?? "always";

    private static bool Same(Baseline before, Baseline after, int pcr) =>
        before.Pcrs.TryGetValue(pcr, out var left) && after.Pcrs.TryGetValue(pcr, out var right) && left.Span.SequenceEqual(right.Span);

    private static string Registers(Baseline baseline) => string.Join(", ", baseline.Pcrs.Keys.Select(pcr => $"PCR {pcr}"));
}
