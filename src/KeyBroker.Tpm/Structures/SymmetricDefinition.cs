namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_SYM_DEF and TPMT_SYM_DEF_OBJECT (Part 2, 11.1.6 and 11.1.7): a block cipher with its mode.</summary>
public sealed record SymmetricDefinition(TpmAlgorithm Algorithm, int KeyBits, TpmAlgorithm Mode)
{
    public static readonly SymmetricDefinition Null = new(TpmAlgorithm.Null, 0, TpmAlgorithm.Null);
    public static readonly SymmetricDefinition Aes128Cfb = new(TpmAlgorithm.Aes, 128, TpmAlgorithm.Cfb);
    public static readonly SymmetricDefinition Aes256Cfb = new(TpmAlgorithm.Aes, 256, TpmAlgorithm.Cfb);

    public static SymmetricDefinition Read(ref TpmReader reader)
    {
        var algorithm = reader.ReadAlgorithm();
        return algorithm switch
        {
            TpmAlgorithm.Null => Null,
            _ when IsBlockCipher(algorithm) => new(algorithm, reader.ReadUInt16(), reader.ReadAlgorithm()),
            _ => throw new TpmFormatException($"0x{(ushort)algorithm:x4} is not a known block cipher"),
        };
    }

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Algorithm);
        if (Algorithm != TpmAlgorithm.Null)
        {
            writer.WriteUInt16(checked((ushort)KeyBits));
            writer.WriteAlgorithm(Mode);
        }
    }

    // TDES 0x0003, SM4 0x0013 and Camellia 0x0026 are only ever carried here, never computed with.
    private static bool IsBlockCipher(TpmAlgorithm algorithm) =>
        algorithm is TpmAlgorithm.Aes or (TpmAlgorithm)0x0003 or (TpmAlgorithm)0x0013 or (TpmAlgorithm)0x0026;
}
