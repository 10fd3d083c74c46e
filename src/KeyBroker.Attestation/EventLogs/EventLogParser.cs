using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Reads the entries of a log; every count and size in it is judged before anything is allocated for it.</summary>
internal static class EventLogParser
{
    public const int MaxBytes = 4 * 1024 * 1024;
    public const int MaxEvents = 10_000;
    public const int MaxEventBytes = 64 * 1024;

    // Measurement registers of a confidential virtual machine: index 0 is what it was launched from.
    private const int MaxMeasurementRegister = 4;

    public static EventLog Parse(ReadOnlyMemory<byte> bytes, LogKind kind)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new EventLogException($"a log of {bytes.Length} bytes, {MaxBytes} allowed");
        }

        // The header of a crypto-agile log is itself written in the legacy format, so that old readers stumble late.
        var reader = new LogReader(bytes);
        var first = ReadLegacy(ref reader, 0, kind);
        var specId = first.Type == EventType.NoAction && first.Data.Span.StartsWith(SpecId.Signature)
            ? SpecId.Parse(first.Data)
            : null;
        var events = new List<LogEvent> { first };
        var end = EndOf(bytes.Span);
        while (reader.Position < end)
        {
            if (events.Count == MaxEvents)
            {
                throw new EventLogException($"more than {MaxEvents} events");
            }

            events.Add(specId is null
                ? ReadLegacy(ref reader, events.Count, kind)
                : ReadAgile(ref reader, events.Count, kind, specId));
        }

        return new EventLog(kind, specId, [.. events]);
    }

    // The area that firmware writes to is larger than the log, and what is behind the last event was never written.
    // No event begins so: zeros would be one without a digest, and there is no such register as FFFFFFFF.
    private static int EndOf(ReadOnlySpan<byte> bytes) =>
        Math.Min(bytes.LastIndexOfAnyExcept((byte)0xFF), bytes.LastIndexOfAnyExcept((byte)0)) + 1;

    private static LogEvent ReadLegacy(ref LogReader reader, int number, LogKind kind)
    {
        var pcr = reader.ReadUInt32();
        var type = ReadType(ref reader, pcr, kind);
        var digest = new LogDigest(TpmAlgorithm.Sha1, reader.Take((ulong)HashAlgorithms.Size(TpmAlgorithm.Sha1)));
        return new LogEvent(number, pcr, type, [digest], ReadData(ref reader));
    }

    private static LogEvent ReadAgile(ref LogReader reader, int number, LogKind kind, SpecId specId)
    {
        var pcr = reader.ReadUInt32();
        var type = ReadType(ref reader, pcr, kind);
        var digests = ReadDigests(ref reader, specId);
        return new LogEvent(number, pcr, type, digests, ReadData(ref reader));
    }

    private static EventType ReadType(ref LogReader reader, uint pcr, LogKind kind)
    {
        var type = (EventType)reader.ReadUInt32();
        var highest = kind == LogKind.Tpm ? PcrBanks.HighestRegister : MaxMeasurementRegister;
        return pcr <= highest || (pcr == LogEvent.NoPcr && type == EventType.NoAction)
            ? type
            : throw new EventLogException($"there is no register {pcr}");
    }

    // An event names each declared algorithm once at most. One that is missing leaves that bank undetermined:
    // real firmware and boot loaders do that to SHA-1.
    private static ImmutableArray<LogDigest> ReadDigests(ref LogReader reader, SpecId specId)
    {
        var count = reader.ReadUInt32();
        if (count is 0 || count > specId.Algorithms.Length)
        {
            throw new EventLogException($"an event with {count} digests, {specId.Algorithms.Length} algorithms are declared");
        }

        var digests = ImmutableArray.CreateBuilder<LogDigest>((int)count);
        for (var i = 0; i < count; i++)
        {
            var algorithm = (TpmAlgorithm)reader.ReadUInt16();
            var size = specId.SizeOf(algorithm)
                ?? throw new EventLogException($"algorithm 0x{(ushort)algorithm:x4} is not declared");
            if (digests.Any(digest => digest.Algorithm == algorithm))
            {
                throw new EventLogException($"two digests of algorithm 0x{(ushort)algorithm:x4}");
            }

            digests.Add(new LogDigest(algorithm, reader.Take((ulong)size)));
        }

        return digests.MoveToImmutable();
    }

    private static ReadOnlyMemory<byte> ReadData(ref LogReader reader)
    {
        var size = reader.ReadUInt32();
        return size <= MaxEventBytes
            ? reader.Take(size)
            : throw new EventLogException($"an event of {size} bytes, {MaxEventBytes} allowed");
    }
}
