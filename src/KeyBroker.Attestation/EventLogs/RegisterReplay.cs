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

    internal void Extend(LogEvent entry)
    {
        _events.Add(entry);
        if (entry.Find(_bank) is not { } digest)
        {
            IsDetermined = false;
            return;
        }

        Span<byte> joined = stackalloc byte[2 * HashAlgorithms.MaxSize];
        joined = joined[..(2 * _value.Length)];
        _value.CopyTo(joined);
        digest.Span.CopyTo(joined[_value.Length..]);
        CryptographicOperations.HashData(HashAlgorithms.ToName(_bank), joined, _value);
    }
}
