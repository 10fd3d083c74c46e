using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Recording;

/// <summary>Writes the baseline of one boot as a policy file, which the loader then reads like any other.</summary>
public sealed class BaselineRecording(MeasuredState state, BootEvents events)
{
    // Who started the TPM is in no register: it is what lets the events of PCR 0 add up.
    private static readonly byte[] s_localities = [0, StartupLocality.ProcessorMeasured, StartupLocality.HardwareMeasured];

    private static readonly JsonSerializerOptions s_quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _yaml = new();

    public required string Name { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    public TpmAlgorithm Bank { get; init; } = TpmAlgorithm.Sha256;

    public required ImmutableArray<int> Pcrs { get; init; }

    /// <summary>Registers that were never extended are meant to be so.</summary>
    public bool AcceptsUnextended { get; init; }

    /// <summary>Registers that are recorded without events, and why.</summary>
    public IEnumerable<(int Pcr, string Why)> WithoutEvents => Pcrs
        .Where(pcr => events.In(Bank, pcr).IsEmpty && !IsWeak(ValueOf(pcr)))
        .Select(pcr => (pcr, events.WhyNone(Bank, pcr) ?? ""));

    /// <summary>The file.</summary>
    /// <exception cref="FormatException">A register was not read, or was never extended and that is not meant.</exception>
    /// <exception cref="PolicyException">It would not be a valid baseline: a name or a register that may not be.</exception>
    public string Write()
    {
        _yaml.Clear();
        Line("# Reference values of one boot. Look at them before you rely on them: keybroker policy explain.");
        Line("apiVersion: keybroker/v1");
        Line("kind: Baseline");
        Line("metadata:");
        Line($"  name: {Quoted(Name)}");
        LineIf(Description is not null, $"  description: {Quoted(Description ?? "")}");
        Line("spec:");
        LineIf(ValidFrom is not null, $"  validFrom: {Time(ValidFrom)}");
        LineIf(ValidUntil is not null, $"  validUntil: {Time(ValidUntil)}");
        Line($"  bank: {PcrBanks.NameOf(Bank)}");
        WriteRegisters();
        WriteEvents();
        var text = _yaml.ToString();
        _ = PolicySet.Of([new PolicyFile("the baseline", Encoding.UTF8.GetBytes(text))]);
        return text;
    }

    private void WriteRegisters()
    {
        Line("  pcrs:");
        foreach (var pcr in Pcrs.Distinct().Order())
        {
            var value = ValueOf(pcr);
            var hex = Convert.ToHexStringLower(value);
            Line(IsWeak(value) ? $"    {pcr}: {{ value: \"{hex}\", unextended: true }}" : $"    {pcr}: \"{hex}\"");
        }
    }

    private void WriteEvents()
    {
        var known = Pcrs.Distinct().Order().Select(pcr => (Pcr: pcr, Events: events.In(Bank, pcr))).Where(one => !one.Events.IsEmpty).ToList();
        if (known.Find(one => one.Pcr == 0) is { Events.IsDefault: false } first && Locality(first.Events) is not 0 and var locality)
        {
            Line($"  startupLocality: {locality}");
        }

        LineIf(known.Count > 0, "  events:");
        foreach (var (pcr, extensions) in known)
        {
            Line($"    {pcr}:");
            foreach (var happened in extensions)
            {
                Line($"      - \"{happened.Digest}\" # {happened.Type} {happened.Description}".TrimEnd(' ', '#'));
            }
        }
    }

    private byte Locality(ImmutableArray<ExplainedEvent> extensions)
    {
        var digests = extensions.Select(happened => (ReadOnlyMemory<byte>)Convert.FromHexString(happened.Digest)).ToList();
        return Array.Find(s_localities, locality => RegisterReplay.Replay(Bank, locality, digests).AsSpan().SequenceEqual(ValueOf(0)));
    }

    private byte[] ValueOf(int pcr)
    {
        var value = state.Find(Bank, pcr) ?? throw new FormatException($"PCR {pcr} ({PcrBanks.NameOf(Bank)}) is not among the registers");
        return IsWeak(value) && !AcceptsUnextended
            ? throw new FormatException(
                $"PCR {pcr} was never extended and is the same on every machine: leave it out, or say that it is meant (unextended)")
            : value;
    }

    private static bool IsWeak(ReadOnlySpan<byte> value) => !value.ContainsAnyExcept((byte)0) || !value.ContainsAnyExcept((byte)0xFF);

    private static string Quoted(string text) => JsonSerializer.Serialize(text, s_quoted);

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private void LineIf(bool condition, string text)
    {
        if (condition)
        {
            Line(text);
        }
    }

    private void Line(string text) => _yaml.Append(text).Append('\n');
}
