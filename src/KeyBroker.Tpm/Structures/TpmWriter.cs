using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>Writes TPM 2.0 structures: big-endian, growing as needed, and leaving nothing behind as it grows.</summary>
public sealed class TpmWriter
{
    private const int FirstSize = 128;

    private byte[] _buffer;

    public TpmWriter()
        : this(FirstSize)
    {
    }

    /// <param name="size">How much is going to be written, so that nothing has to grow.</param>
    internal TpmWriter(int size) => _buffer = new byte[size];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public byte[] ToArray() => Written.ToArray();

    /// <summary>Wipes what was written, for buffers that held a secret.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, Length));
        Length = 0;
    }

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>Writes a TPMI_YES_NO (Part 2, 9.2).</summary>
    public void WriteYesNo(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteAlgorithm(TpmAlgorithm value) => WriteUInt16((ushort)value);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes a TPM2B: a 16-bit size, then the bytes.</summary>
    /// <exception cref="OverflowException">More than 65,535 bytes.</exception>
    public void WriteSized(ReadOnlySpan<byte> bytes)
    {
        WriteUInt16(checked((ushort)bytes.Length));
        WriteBytes(bytes);
    }

    /// <summary>Writes a size over the four bytes that were kept for it.</summary>
    internal void Overwrite(int at, uint size) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(at, 4), size);

    private Span<byte> Take(int count)
    {
        var end = checked(Length + count);
        if (end > _buffer.Length)
        {
            var grown = new byte[Math.Max(end, 2 * _buffer.Length)];
            Written.CopyTo(grown);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = grown;
        }

        var taken = _buffer.AsSpan(Length, count);
        Length = end;
        return taken;
    }
}
