using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs.Facts;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>A log held against quoted registers: what it explains are facts, and all else in it does not exist.</summary>
public sealed class ReplayedLog
{
    // What a log of an honest boot never has. The other findings take facts away, and refuse nothing.
    private static readonly ImmutableArray<LogFindingKind> s_malformed =
    [
        LogFindingKind.SeparatorMissing, LogFindingKind.SeparatorRepeated, LogFindingKind.SeparatorError,
        LogFindingKind.SeparatorDisguised, LogFindingKind.SeparatorEarly, LogFindingKind.HeaderMisplaced, LogFindingKind.DigestMissing,
    ];

    private ReplayedLog(ImmutableDictionary<TpmAlgorithm, BootFacts> facts) => Facts = facts;

    /// <summary>What is proven, by bank; SHA-1 proves nothing.</summary>
    public ImmutableDictionary<TpmAlgorithm, BootFacts> Facts { get; }

    /// <summary>Parses the log of evidence and holds it against the registers of its quote.</summary>
    /// <exception cref="DeniedException">attestation-denied, event-log: it is malformed, or tells of no honest boot.</exception>
    public static ReplayedLog Check(ReadOnlyMemory<byte> bytes, MeasuredState state)
    {
        var log = Parse(bytes);
        var facts = ImmutableDictionary.CreateBuilder<TpmAlgorithm, BootFacts>();
        foreach (var bank in state.Pcrs.Keys.Select(register => register.Bank).Distinct().Where(log.Banks.Contains))
        {
            facts.Add(bank, Check(log, bank, state));
        }

        return new ReplayedLog(facts.ToImmutable());
    }

    private static EventLog Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return EventLog.Parse(bytes);
        }
        catch (EventLogException failure)
        {
            throw Denied($"not an event log: {failure.Message}", null);
        }
    }

    private static BootFacts Check(EventLog log, TpmAlgorithm bank, MeasuredState state)
    {
        var replay = LogReplay.Of(log, bank);
        var explained = replay.Registers.Values
            .Where(register => state.Find(bank, register.Pcr) is { } value && replay.Explains(register.Pcr, value))
            .ToDictionary(register => register.Pcr);
        foreach (var finding in LogStructure.Judge(log, replay).Where(finding => s_malformed.Contains(finding.Kind)))
        {
            // An event without a digest leaves its register unexplained, which would look like an extension by the system.
            var counts = finding.Kind == LogFindingKind.DigestMissing
                ? state.Find(bank, finding.Pcr) is not null
                : explained.ContainsKey(finding.Pcr) || finding.Kind == LogFindingKind.HeaderMisplaced;
            if (counts)
            {
                throw Denied(finding.Message, finding.Pcr);
            }
        }

        return FactReader.Read(bank, state, explained);
    }

    private static DeniedException Denied(string message, int? pcr) =>
        new(ProblemCodes.AttestationDenied, new Reason(ReasonCodes.EventLog, message) { Pcr = pcr, Path = "eventLog" });
}
