using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>One register as it follows from a log: each event's digest hashed onto the value before it.</summary>
public sealed class RegisterReplay
{
    private readonly TpmAlgorithm _bank;
    private readonly byte[] _value;

    internal RegisterReplay(TpmAlgorithm bank, int pcr, byte locality)
    {
        (_bank, Pcr, _value) = (bank, pcr, new byte[PcrBanks.SizeOf(bank)]);
        _value[^1] = locality;
    }

    public int Pcr { get; }

    /// <summary>The events that extended the register, in their order.</summary>
    public IReadOnlyList<LogEvent> Events => _events;

    /// <summary>False where an event has no digest for the bank: what the register holds cannot be told.</summary>
    public bool IsDetermined { get; private set; } = true;

    public ReadOnlySpan<byte> Value => _value;

    private readonly List<LogEvent> _events = [];

    /// <summary>The value that digests of this bank add up to.</summary>
    public static byte[] Replay(TpmAlgorithm bank, byte locality, IEnumerable<ReadOnlyMemory<byte>> digests)
    {
        var value = new byte[PcrBanks.SizeOf(bank)];
        value[^1] = locality;
        foreach (var digest in digests)
        {
            Extend(bank, value, digest.Span);
        }

        return value;
    }

    internal void Extend(LogEvent entry)
    {
        _events.Add(entry);
        if (entry.Find(_bank) is not { } digest)
        {
            IsDetermined = false;
            return;
        }

        Extend(_bank, _value, digest.Span);
    }

    /// <summary>The value after one extension, in the place of the one before.</summary>
    private static void Extend(TpmAlgorithm bank, byte[] value, ReadOnlySpan<byte> digest)
    {
        Span<byte> joined = stackalloc byte[2 * HashAlgorithms.MaxSize];
        joined = joined[..(2 * value.Length)];
        value.CopyTo(joined);
        digest.CopyTo(joined[value.Length..]);
        CryptographicOperations.HashData(HashAlgorithms.ToName(bank), joined, value);
    }
}
