namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_CREATION_INFO (Part 2, 10.12.7): that the TPM made this object, and from what.</summary>
public sealed record CreationInfo(TpmName ObjectName, ReadOnlyMemory<byte> CreationHash)
{
    public static CreationInfo Read(ref TpmReader reader) => new(
        new(reader.ReadSized(Attest.MaxName).ToArray()), reader.ReadSized(HashAlgorithms.MaxSize).ToArray());
}
