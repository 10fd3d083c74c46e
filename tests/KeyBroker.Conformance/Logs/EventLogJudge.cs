using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.EventLogs;

namespace KeyBroker.Conformance.Logs;

/// <summary>Reads a log, replays each bank, compares with the registers of the case, and looks for what no honest boot writes.</summary>
internal static class EventLogJudge
{
    // A log may be of a part of a boot only; the rest are rules that a whole one keeps, worth saying and no refusal.
    private static readonly LogFindingKind[] s_refusals =
    [
        LogFindingKind.SeparatorRepeated, LogFindingKind.SeparatorError, LogFindingKind.SeparatorEarly,
        LogFindingKind.HeaderMisplaced, LogFindingKind.DataAltered,
    ];

    public static Verdict Judge(Case one) => Judge(one, LogKind.Tpm, one.Input("pcrs"));

    public static Verdict JudgeConfidential(Case one) => Judge(one, LogKind.ConfidentialComputing, one.Input("rtmrs"));

    public static Verdict JudgeHeader(Case one)
    {
        var specId = SpecId.Parse(one.Bytes("spec_id_event_data"));
        return Verdict.Accept("declares " + string.Join(", ", specId.Algorithms.Select(declared => declared.Algorithm)));
    }

    private static Verdict Judge(Case one, LogKind kind, JsonElement? values)
    {
        var log = EventLog.Parse(one.Bytes("log"), kind);
        var replays = log.Banks.Select(bank => LogReplay.Of(log, bank)).ToList();
        var findings = replays.SelectMany(replay => LogStructure.Judge(log, replay).Concat(LogStructure.Altered(log, replay))).ToList();
        var differences = replays.SelectMany(replay => Differences(replay, kind, values)).ToList();
        var refusals = differences.Concat(findings.Where(f => s_refusals.Contains(f.Kind)).Select(f => f.Message)).Distinct().ToList();
        var remarks = findings.Where(f => !s_refusals.Contains(f.Kind)).Select(f => f.Message).Distinct().ToList();
        var verdict = refusals.Count > 0
            ? Verdict.Reject(string.Join("; ", refusals))
            : Verdict.Accept(string.Join("; ", remarks.Prepend($"{log.Events.Length} events replayed")));
        return verdict with { Pcrs = replays.ToImmutableSortedDictionary(r => PcrBanks.NameOf(r.Bank), Registers, StringComparer.Ordinal) };
    }

    private static IEnumerable<string> Differences(LogReplay replay, LogKind kind, JsonElement? values)
    {
        var bank = PcrBanks.NameOf(replay.Bank);
        if (values is not { } given || (kind == LogKind.Tpm && !given.TryGetProperty(bank, out given)))
        {
            yield break;
        }

        // Register n of such a log is RTMR n-1.
        var offset = kind == LogKind.Tpm ? 0 : 1;
        foreach (var register in replay.Registers.Values.Where(register => register.IsDetermined))
        {
            var number = register.Pcr - offset;
            if (Case.Text(given, number.ToString(CultureInfo.InvariantCulture)) is { } value && !Equal(register.Value, value))
            {
                yield return $"register {number} ({bank}) does not follow from the log";
            }
        }
    }

    private static bool Equal(ReadOnlySpan<byte> replayed, string value) =>
        string.Equals(Convert.ToHexStringLower(replayed), value, StringComparison.OrdinalIgnoreCase);

    private static ImmutableSortedDictionary<string, string> Registers(LogReplay replay) => replay.Registers.Values
        .Where(register => register.IsDetermined)
        .ToImmutableSortedDictionary(
            register => register.Pcr.ToString(CultureInfo.InvariantCulture), register => Convert.ToHexStringLower(register.Value));
}
