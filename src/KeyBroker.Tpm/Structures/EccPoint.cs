namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_ECC_POINT (Part 2, 11.2.5.2): a point, for a command that computes with it.</summary>
public sealed record EccPoint(ReadOnlyMemory<byte> X, ReadOnlyMemory<byte> Y)
{
    // MAX_ECC_KEY_BYTES of P-521 and BN-P638.
    private const int MaxCoordinate = 80;

    /// <summary>Reads a TPM2B_ECC_POINT (Part 2, 11.2.5.3), whose size must be that of what it holds.</summary>
    public static EccPoint ReadSized(ref TpmReader reader) => Parse(reader.ReadSized(2 * (MaxCoordinate + 2)));

    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static EccPoint Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var point = new EccPoint(reader.ReadSized(MaxCoordinate).ToArray(), reader.ReadSized(MaxCoordinate).ToArray());
        reader.ExpectEnd();
        return point;
    }

    /// <summary>Writes a TPM2B_ECC_POINT.</summary>
    public void WriteSized(TpmWriter writer)
    {
        writer.WriteUInt16(checked((ushort)(4 + X.Length + Y.Length)));
        writer.WriteBytes(ToBytes());
    }

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        writer.WriteSized(X.Span);
        writer.WriteSized(Y.Span);
        return writer.ToArray();
    }
}
