using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Hash (TPM 2.0 Part 3, 15.4), of at most 1,024 bytes.</summary>
public sealed class Hash(ReadOnlyMemory<byte> data, TpmAlgorithm algorithm, TpmHandle hierarchy) : TpmCommand<HashResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Hash, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(data.Span);
        writer.WriteAlgorithm(algorithm);
        writer.WriteUInt32(hierarchy.Value);
    }

    protected internal override HashResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(reader.ReadSized(HashAlgorithms.MaxSize).ToArray(), TpmTicket.Read(ref reader));
}
