using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>TCG_EfiSpecIdEvent (Platform Firmware Profile, 10.4.5.1): which digests every event of the log carries.</summary>
public sealed record SpecId(ImmutableArray<(TpmAlgorithm Algorithm, int Size)> Algorithms)
{
    /// <summary>HASH_COUNT: a TPM has no more banks.</summary>
    private const int MaxAlgorithms = 16;

    private const int SignatureSize = 16;

    public static ReadOnlySpan<byte> Signature => "Spec ID Event03\0"u8;

    /// <summary>Parses the data of a log's first event, to its last byte.</summary>
    /// <exception cref="EventLogException">The data is something else.</exception>
    public static SpecId Parse(ReadOnlyMemory<byte> data)
    {
        var reader = new LogReader(data);
        if (!reader.Take(SignatureSize).Span.SequenceEqual(Signature))
        {
            throw new EventLogException("the first event has no signature of a crypto-agile log");
        }

        reader.ReadUInt32(); // platformClass
        reader.ReadByte();   // specVersionMinor
        ExpectVersion(reader.ReadByte());
        reader.ReadByte();   // specErrata
        reader.ReadByte();   // uintnSize
        var algorithms = ReadAlgorithms(ref reader);
        reader.Take(reader.ReadByte()); // vendorInfo
        reader.ExpectEnd();
        return new SpecId(algorithms);
    }

    public bool Declares(TpmAlgorithm algorithm) => SizeOf(algorithm) is not null;

    /// <summary>Null for an algorithm that the log does not declare.</summary>
    public int? SizeOf(TpmAlgorithm algorithm)
    {
        foreach (var (declared, size) in Algorithms)
        {
            if (declared == algorithm)
            {
                return size;
            }
        }

        return null;
    }

    private static void ExpectVersion(byte major)
    {
        if (major != 2)
        {
            throw new EventLogException($"version {major} of the log's specification is not known");
        }
    }

    private static ImmutableArray<(TpmAlgorithm, int)> ReadAlgorithms(ref LogReader reader)
    {
        var count = reader.ReadUInt32();
        if (count is 0 or > MaxAlgorithms)
        {
            throw new EventLogException($"{count} algorithms are declared, 1 to {MaxAlgorithms} allowed");
        }

        var algorithms = ImmutableArray.CreateBuilder<(TpmAlgorithm, int)>((int)count);
        for (var i = 0; i < count; i++)
        {
            var algorithm = (TpmAlgorithm)reader.ReadUInt16();
            var size = reader.ReadUInt16();
            var twice = algorithms.Any(known => known.Item1 == algorithm);
            algorithms.Add(twice || !IsPlausible(algorithm, size)
                ? throw new EventLogException($"algorithm 0x{(ushort)algorithm:x4} is declared twice or with a wrong size")
                : (algorithm, size));
        }

        return algorithms.MoveToImmutable();
    }

    // Banks that are not known here, SM3 for one, are read over, but never without a size.
    private static bool IsPlausible(TpmAlgorithm algorithm, int size) => HashAlgorithms.IsKnown(algorithm)
        ? size == HashAlgorithms.Size(algorithm)
        : size is > 0 and <= HashAlgorithms.MaxSize;
}
