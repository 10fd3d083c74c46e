using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>A register whose quoted value the log explains: its events happened, in this order, and no others did.</summary>
internal sealed class ReplayedRegister
{
    private readonly int _end;

    public ReplayedRegister(RegisterReplay register, TpmAlgorithm bank)
    {
        (Bank, Events) = (bank, register.Events);
        var separators = Separators.In(bank);
        _end = Enumerable.Range(0, Events.Count).FirstOrDefault(i => separators.IsNormal(Events[i]), Events.Count);
    }

    public TpmAlgorithm Bank { get; }

    public IReadOnlyList<LogEvent> Events { get; }

    /// <summary>What the firmware measured before it handed over. Nobody who came later can add to it.</summary>
    public IEnumerable<LogEvent> Firmware => Events.Take(_end);

    /// <summary>What was measured later, by whomever: privileged software can add to it for as long as the machine runs.</summary>
    public IEnumerable<LogEvent> Later => Events.Skip(_end + 1);

    public bool HasEnd => _end < Events.Count;

    public string DigestOf(LogEvent entry) => Convert.ToHexStringLower(entry.Find(Bank)!.Value.Span);

    public MeasuredText? TextOf(LogEvent entry) => EventCoverage.Text(entry, Bank);

    public bool Measured(LogEvent entry) => EventCoverage.MeasuredWhole(entry, Bank);
}
