using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Judges the order and content of a log that could be read, register by register, as one bank has it.</summary>
public sealed class LogStructure
{
    // The platform's own code and its secure boot policy: nothing of theirs is measured for the first time after their end.
    private const int CodeRegister = 0;
    private const int SettingsRegister = 1;
    private const int PolicyRegister = 7;
    private const int LastFirmwareRegister = 7;

    private readonly TpmAlgorithm _bank;
    private readonly Separators _separators;
    private readonly List<LogFinding> _findings = [];

    private LogStructure(TpmAlgorithm bank) => (_bank, _separators) = (bank, Separators.In(bank));

    /// <summary>Everything that is odd about the log; whether it matters depends on which registers were quoted.</summary>
    public static IReadOnlyList<LogFinding> Judge(EventLog log, LogReplay replay)
    {
        var structure = new LogStructure(replay.Bank);
        structure.JudgeHeaders(log);
        foreach (var register in replay.Registers.Values)
        {
            structure.JudgeRegister(log, register);
        }

        if (log.Kind == LogKind.ConfidentialComputing)
        {
            structure._findings.AddRange(HandOver.Judge(log, structure._separators));
        }

        return structure._findings;
    }

    /// <summary>
    /// The first event of each register whose data is not what was measured. Facts are read from measured bytes only and do
    /// not need this; it tells a reader that the log was changed.
    /// </summary>
    public static IEnumerable<LogFinding> Altered(EventLog log, LogReplay replay) =>
        from register in replay.Registers.Values
        let altered = register.Events.FirstOrDefault(entry => MeasuredData.IsAltered(log, entry, replay.Bank))
        where altered is not null
        select new LogFinding(
            LogFindingKind.DataAltered, register.Pcr, $"the data of event {altered.Number} is not what was measured");

    // One header, and one event that says how PCR 0 began, before PCR 0 is extended.
    private void JudgeHeaders(EventLog log)
    {
        var (begun, localities) = (false, 0);
        foreach (var entry in log.Events.Skip(1))
        {
            begun |= entry is { Extends: true, Pcr: 0 };
            var header = !entry.Extends && entry.Data.Span.StartsWith(SpecId.Signature);
            var locality = StartupLocality.IsEvent(entry);
            localities += locality ? 1 : 0;
            if (header || (locality && (begun || localities > 1 || !StartupLocality.IsWellFormed(entry))))
            {
                Add(LogFindingKind.HeaderMisplaced, CodeRegister, "a header is repeated, or stands after what it is about");
            }
        }
    }

    private void JudgeRegister(EventLog log, RegisterReplay register)
    {
        if (!register.IsDetermined)
        {
            Add(LogFindingKind.DigestMissing, register.Pcr, $"an event of PCR {register.Pcr} has no {PcrBanks.NameOf(_bank)} digest");
        }

        if (log.Kind == LogKind.Tpm && register.Pcr <= LastFirmwareRegister)
        {
            JudgeSeparators(register);
        }

        if (log.Kind == LogKind.Tpm && register.Pcr == BootImages.Pcr)
        {
            _findings.AddRange(BootImages.Early(register));
        }
    }

    private void JudgeSeparators(RegisterReplay register)
    {
        var at = Enumerable.Range(0, register.Events.Count).Where(i => IsSeparator(register, register.Events[i])).ToList();
        var name = $"PCR {register.Pcr}";
        if (register.Events.Any(_separators.IsError))
        {
            Add(LogFindingKind.SeparatorError, register.Pcr, $"{name} ends with an error");
        }

        if (at.Count == 0)
        {
            Add(LogFindingKind.SeparatorMissing, register.Pcr, $"{name} has no separator");
        }
        else if (at.Count > 1)
        {
            var named = at.Count(i => register.Events[i].Type == EventType.Separator);
            var kind = named > 1 ? LogFindingKind.SeparatorRepeated : LogFindingKind.SeparatorDisguised;
            Add(kind, register.Pcr, $"{name} has {at.Count} separators");
        }
        else if (IsEarly(register, at[0]))
        {
            Add(LogFindingKind.SeparatorEarly, register.Pcr, $"{name} is extended behind its separator");
        }
    }

    // A boot variable of four zero bytes measures as a separator does; no fact of that register depends on where it ends.
    private bool IsSeparator(RegisterReplay register, LogEvent entry) =>
        _separators.IsNormal(entry) && (register.Pcr != SettingsRegister || entry.Type == EventType.Separator);

    private static bool IsEarly(RegisterReplay register, int separator) => register.Pcr switch
    {
        CodeRegister => separator < register.Events.Count - 1,
        PolicyRegister => separator == 0 && register.Events.Count > 1,
        _ => false,
    };

    private void Add(LogFindingKind kind, int pcr, string message) => _findings.Add(new LogFinding(kind, pcr, message));
}
