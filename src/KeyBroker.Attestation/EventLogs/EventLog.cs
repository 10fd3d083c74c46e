using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>A log as its sender tells it: well formed, and not one event of it to be believed before it is replayed.</summary>
public sealed class EventLog
{
    internal EventLog(LogKind kind, SpecId? specId, ImmutableArray<LogEvent> events)
    {
        (Kind, SpecId, Events) = (kind, specId, events);
        Banks = specId is null
            ? [TpmAlgorithm.Sha1]
            : [.. specId.Algorithms.Select(declared => declared.Algorithm).Where(PcrBanks.IsKnown)];
        StartupLocality = kind == LogKind.Tpm ? EventLogs.StartupLocality.Of(events) : (byte)0;
    }

    public LogKind Kind { get; }

    public LogFormat Format => SpecId is null ? LogFormat.Legacy : LogFormat.CryptoAgile;

    /// <summary>The header of a crypto-agile log.</summary>
    public SpecId? SpecId { get; }

    /// <summary>All entries in their order, the header first.</summary>
    public ImmutableArray<LogEvent> Events { get; }

    /// <summary>The banks that can be replayed.</summary>
    public ImmutableArray<TpmAlgorithm> Banks { get; }

    /// <summary>The locality that started the TPM, as the log tells it: PCR 0 begins with it.</summary>
    public byte StartupLocality { get; }

    /// <summary>Parses one untrusted log, to its last byte.</summary>
    /// <exception cref="EventLogException">The bytes are something else, or more than a boot can have written.</exception>
    public static EventLog Parse(ReadOnlyMemory<byte> bytes, LogKind kind = LogKind.Tpm) => EventLogParser.Parse(bytes, kind);
}
