using System.Globalization;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>Counts how the runs ended, for each kind of forgery.</summary>
internal sealed class HostileReport
{
    private readonly SortedDictionary<string, int[]> _counts = new(StringComparer.Ordinal);

    /// <summary>The forgeries that got through, and how.</summary>
    public List<string> Failures { get; } = [];

    public int Runs => _counts.Values.Sum(counts => counts.Sum());

    public void Add(Forgery forgery, Outcome outcome, Exception? crash)
    {
        if (!_counts.TryGetValue(forgery.Kind, out var counts))
        {
            _counts[forgery.Kind] = counts = new int[Enum.GetValues<Outcome>().Length];
        }

        counts[(int)outcome]++;
        if (outcome > Outcome.Unharmed)
        {
            Failures.Add($"{forgery.Kind} of exchange {forgery.Exchange}: {outcome} {(outcome == Outcome.Crashed ? crash : null)}");
        }
    }

    public void Print(TextWriter to)
    {
        to.WriteLine($"{"",-42}{string.Concat(Enum.GetNames<Outcome>().Select(name => $"{name,10}"))}");
        foreach (var (kind, counts) in _counts)
        {
            to.WriteLine($"{kind,-42}{string.Concat(counts.Select(Column))}");
        }

        var all = Enumerable.Range(0, Enum.GetValues<Outcome>().Length).Select(i => _counts.Values.Sum(counts => counts[i]));
        to.WriteLine($"{"all",-42}{string.Concat(all.Select(Column))}");
        Failures.ForEach(to.WriteLine);
    }

    private static string Column(int count) => count.ToString(CultureInfo.InvariantCulture).PadLeft(10);
}
