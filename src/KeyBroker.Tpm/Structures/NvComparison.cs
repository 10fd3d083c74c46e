namespace KeyBroker.Tpm.Structures;

/// <summary>What TPM2_PolicyNV and TPM2_PolicyCounterTimer demand (Part 3, 23.9 and 23.10).</summary>
/// <param name="Operand">What the bytes held are compared with, as big-endian numbers of its size.</param>
/// <param name="Offset">Where they begin.</param>
public sealed record NvComparison(TpmComparison Comparison, ReadOnlyMemory<byte> Operand, int Offset = 0)
{
    public void Write(TpmWriter writer)
    {
        writer.WriteSized(Operand.Span);
        WriteRest(writer);
    }

    /// <summary>What enters a policy digest, there called args.</summary>
    internal byte[] Hash(TpmAlgorithm hash)
    {
        var writer = new TpmWriter();
        writer.WriteBytes(Operand.Span);
        WriteRest(writer);
        return HashAlgorithms.Hash(hash, writer.Written);
    }

    private void WriteRest(TpmWriter writer)
    {
        writer.WriteUInt16(checked((ushort)Offset));
        writer.WriteUInt16((ushort)Comparison);
    }
}
