using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>The events behind registers: of a log where there is one, else the digests that were kept of it.</summary>
public sealed class BootEvents
{
    private readonly MeasuredState _state;
    private readonly EventLog? _log;
    private readonly Dictionary<TpmAlgorithm, LogReplay> _replays = [];

    private BootEvents(MeasuredState state, EventLog? log) => (_state, _log) = (state, log);

    /// <summary>The digests that the facts of a state have.</summary>
    public static BootEvents Of(MeasuredState state) => new(state, null);

    /// <summary>The events of a log, each register's only where it replays to the value in this state.</summary>
    public static BootEvents Of(MeasuredState state, EventLog log) => new(state, log);

    /// <summary>In their order; empty where nothing explains the register.</summary>
    public ImmutableArray<ExplainedEvent> In(TpmAlgorithm bank, int pcr) => _log is null
        ? FromFacts(bank, pcr)
        : FromLog(bank, pcr);

    /// <summary>Why a register has no events.</summary>
    public string? WhyNone(TpmAlgorithm bank, int pcr) =>
        _state.Find(bank, pcr) is null ? "the register was not quoted"
        : _log is null && _state.FactsIn(bank) is null ? "there is no event log"
        : _log is not null && ReplayOf(bank) is { } replay && replay.Registers.ContainsKey(pcr)
            ? "the event log does not replay to this value: something extended the register that is not in the log"
            : "the event log says nothing of this register";

    private ImmutableArray<ExplainedEvent> FromFacts(TpmAlgorithm bank, int pcr) =>
        _state.FactsIn(bank) is { } facts && facts.Registers.TryGetValue(pcr, out var digests)
            ? [.. digests.Select((digest, at) => new ExplainedEvent(at + 1, digest))]
            : [];

    private ImmutableArray<ExplainedEvent> FromLog(TpmAlgorithm bank, int pcr) =>
        _state.Find(bank, pcr) is { } value && ReplayOf(bank) is { } replay && replay.Explains(pcr, value)
            ? [.. replay.Registers[pcr].Events.Select((entry, at) => Explain(entry, at + 1, bank))]
            : [];

    private static ExplainedEvent Explain(LogEvent entry, int position, TpmAlgorithm bank) =>
        new(position, Convert.ToHexStringLower(entry.Find(bank)!.Value.Span))
        {
            Number = entry.Number,
            Type = EventText.TypeOf(entry),
            Description = EventText.Of(entry, bank),
            IsMeasured = EventText.IsMeasured(entry, bank),
        };

    private LogReplay? ReplayOf(TpmAlgorithm bank)
    {
        if (!_log!.Banks.Contains(bank))
        {
            return null;
        }

        if (!_replays.TryGetValue(bank, out var replay))
        {
            _replays.Add(bank, replay = LogReplay.Of(_log, bank));
        }

        return replay;
    }
}
