using System.Buffers.Binary;

namespace KeyBroker.Tpm.Structures;

/// <summary>Reads TPM 2.0 structures from untrusted bytes: big-endian, length-checked, forward only.</summary>
public ref struct TpmReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>The number of bytes not yet read.</summary>
    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>Reads a TPMI_YES_NO (Part 2, 9.2): nothing but 0 and 1.</summary>
    public bool ReadYesNo() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new TpmFormatException($"{other} is neither yes nor no"),
    };

    public TpmAlgorithm ReadAlgorithm() => (TpmAlgorithm)ReadUInt16();

    /// <summary>Reads a TPM2B: a 16-bit size, then that many bytes.</summary>
    public ReadOnlySpan<byte> ReadSized() => Take(ReadUInt16());

    /// <summary>Reads a TPM2B whose content may not exceed <paramref name="maximum"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadSized(int maximum)
    {
        var size = ReadUInt16();
        return size <= maximum
            ? Take(size)
            : throw new TpmFormatException($"a sized buffer of {size} bytes, at most {maximum} allowed");
    }

    /// <summary>Reads a TPML count and bounds it before anything is allocated for it.</summary>
    public int ReadCount(int maximum)
    {
        var count = ReadUInt32();
        return count <= (uint)maximum
            ? (int)count
            : throw new TpmFormatException($"a list of {count} elements, at most {maximum} allowed");
    }

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    /// <summary>Reads everything that is left.</summary>
    public ReadOnlySpan<byte> ReadRest() => Take(_rest.Length);

    /// <summary>Refuses trailing bytes, which an attacker could use to smuggle a second structure.</summary>
    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw new TpmFormatException($"{_rest.Length} bytes left over");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new TpmFormatException($"wanted {count} bytes, {_rest.Length} left");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
