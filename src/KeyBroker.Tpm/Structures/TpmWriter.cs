using System.Buffers;
using System.Buffers.Binary;

namespace KeyBroker.Tpm.Structures;

/// <summary>Writes TPM 2.0 structures: big-endian, growing as needed.</summary>
public sealed class TpmWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public int Length => _buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Wipes what was written, for buffers that held a secret.</summary>
    public void Clear() => _buffer.Clear();

    public void WriteByte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Writes a TPMI_YES_NO (Part 2, 9.2).</summary>
    public void WriteYesNo(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteAlgorithm(TpmAlgorithm value) => WriteUInt16((ushort)value);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>Writes a TPM2B: a 16-bit size, then the bytes.</summary>
    /// <exception cref="OverflowException">More than 65,535 bytes.</exception>
    public void WriteSized(ReadOnlySpan<byte> bytes)
    {
        WriteUInt16(checked((ushort)bytes.Length));
        _buffer.Write(bytes);
    }
}
