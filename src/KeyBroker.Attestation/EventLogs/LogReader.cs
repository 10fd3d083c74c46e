using System.Buffers.Binary;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Reads little-endian structures from untrusted bytes: length-checked, forward only, nothing copied.</summary>
internal ref struct LogReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;

    public int Position { get; private set; }

    public readonly int Remaining => _source.Length - Position;

    public byte ReadByte() => Take(1).Span[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span);

    public Guid ReadGuid() => new(Take(16).Span);

    /// <summary>Takes bytes whose number the log itself names.</summary>
    /// <exception cref="EventLogException">There are not so many.</exception>
    public ReadOnlyMemory<byte> Take(ulong count)
    {
        if (count > (ulong)Remaining)
        {
            throw new EventLogException($"{count} bytes are announced at offset {Position}, {Remaining} are left");
        }

        var taken = _source.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public readonly void ExpectEnd()
    {
        if (Remaining > 0)
        {
            throw new EventLogException($"{Remaining} bytes left over at offset {Position}");
        }
    }
}
