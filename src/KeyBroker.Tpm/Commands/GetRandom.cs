using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_GetRandom (TPM 2.0 Part 3, 16.1): at most one digest's worth of bytes.</summary>
public sealed class GetRandom(int count) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.GetRandom, EncryptsResponse: true);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt16(checked((ushort)count));

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
}
