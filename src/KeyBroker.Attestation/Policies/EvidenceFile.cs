using System.Text.Json;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Attestation.Policies;

/// <summary>
/// Reads what is kept of a boot: evidence as it is sent, a stored attestation as the broker shows it, or registers alone. No
/// signature in it is checked.
/// </summary>
public sealed record EvidenceFile(MeasuredState State, ReadOnlyMemory<byte>? EventLog)
{
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The machine that it names, if any.</summary>
    public string? Machine { get; init; }

    /// <exception cref="FormatException">It is none of these.</exception>
    public static EvidenceFile Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
        {
            throw new FormatException($"more than {MaxBytes / 1024 / 1024} MiB");
        }

        try
        {
            return Read(StrictJson.OpenObject(StrictJson.Parse(json.Span)).Element);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException or KeyNotFoundException)
        {
            throw new FormatException("neither evidence nor a stored attestation nor registers", e);
        }
        catch (DeniedException malformed)
        {
            throw new FormatException(malformed.Message, malformed);
        }
    }

    private static EvidenceFile Read(JsonElement root)
    {
        var machine = root.TryGetProperty("machine", out var id) ? id.GetString() : null;
        if (root.TryGetProperty("measurements", out var stored))
        {
            var facts = root.TryGetProperty("facts", out var proven) && proven.ValueKind == JsonValueKind.Object ? proven.GetRawText() : null;
            _ = ReadRegisters(stored); // Whoever wrote the file: nothing but the registers of known banks, each of its length.
            var results = root.TryGetProperty("results", out var said) && said.ValueKind == JsonValueKind.Array ? said.GetRawText() : null;
            return new EvidenceFile(MeasuredState.DangerousFromStored(stored.GetRawText(), facts, results), null) { Machine = machine };
        }

        var pcrs = root.TryGetProperty("pcrs", out var sent) ? sent : root;
        return new EvidenceFile(ReadRegisters(pcrs), ReadLog(root)) { Machine = machine };
    }

    /// <summary>The <c>pcrs</c> member of evidence, or what <c>keybroker pcr read --output json</c> prints.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static MeasuredState ReadRegisters(JsonElement pcrs) => MeasuredState.DangerousFromValues(PcrValues.Parse(pcrs)
        .SelectMany(bank => bank.Value.Select(register => ((bank.Key, register.Key), register.Value)))
        .ToDictionary());

    private static ReadOnlyMemory<byte>? ReadLog(JsonElement root)
    {
        if (!root.TryGetProperty("eventLog", out var log))
        {
            return null;
        }

        return Base64Url.TryDecode(log.GetString()) ?? throw new FormatException("'eventLog' is not base64url");
    }
}
