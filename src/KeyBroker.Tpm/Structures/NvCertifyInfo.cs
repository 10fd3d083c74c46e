namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_NV_CERTIFY_INFO (Part 2, 10.12.8): what part of an NV index holds.</summary>
public sealed record NvCertifyInfo(TpmName IndexName, int Offset, ReadOnlyMemory<byte> Contents)
{
    public static NvCertifyInfo Read(ref TpmReader reader) => new(
        new(reader.ReadSized(Attest.MaxName).ToArray()), reader.ReadUInt16(), reader.ReadSized().ToArray());
}
