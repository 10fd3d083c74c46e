namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_CREATION_DATA (Part 2, 15.1): where a TPM says it made an object, and what its maker wanted kept with it.</summary>
/// <param name="ParentName">The name of the storage key that the object was made under.</param>
/// <param name="ParentQualifiedName">That key's name and those of all above it (Part 1, 16).</param>
/// <param name="OutsideInfo">Bytes that whoever had the object made chose.</param>
public sealed record CreationData(TpmName ParentName, TpmName ParentQualifiedName, ReadOnlyMemory<byte> OutsideInfo)
{
    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static CreationData Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        _ = PcrSelectionList.Read(ref reader);
        _ = reader.ReadSized(HashAlgorithms.MaxSize);
        _ = reader.ReadByte(); // Locality.
        _ = reader.ReadUInt16(); // The parent's nameAlg, which its name begins with.
        var data = new CreationData(
            new(reader.ReadSized(Attest.MaxName).ToArray()),
            new(reader.ReadSized(Attest.MaxName).ToArray()),
            reader.ReadSized().ToArray());
        reader.ExpectEnd();
        return data;
    }
}
