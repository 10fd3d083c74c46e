namespace KeyBroker.Conformance;

/// <summary>Counts by kind, and every case that differs with why; as Markdown, for the specification.</summary>
internal static class Summary
{
    public static IEnumerable<string> Lines(Run run, Manifest manifest)
    {
        var differences = run.Differences(manifest).ToList();
        var differing = differences.Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        yield return "| kind | cases | accepted | rejected | unsupported | as expected |";
        yield return "|---|---|---|---|---|---|";
        foreach (var kind in run.Verdicts.GroupBy(entry => entry.Case.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            yield return $"| {kind.Key} | {kind.Count()} | {Count(kind, Outcome.Accept)} | {Count(kind, Outcome.Reject)} "
                + $"| {Count(kind, Outcome.Unsupported)} | {kind.Count(entry => !differing.Contains(entry.Case.Id))} |";
        }

        foreach (var difference in differences)
        {
            yield return difference;
        }
    }

    private static int Count(IEnumerable<(Case Case, Verdict Verdict, TimeSpan Took)> entries, Outcome outcome) =>
        entries.Count(entry => entry.Verdict.Outcome == outcome);
}
