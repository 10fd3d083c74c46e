using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_SequenceComplete (TPM 2.0 Part 3, 17.5): the last part, the result, and the end of the sequence object.</summary>
public sealed class SequenceComplete(AuthorizedHandle sequence, ReadOnlyMemory<byte> part) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.SequenceComplete, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(sequence);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(part.Span);
        writer.WriteUInt32(TpmHandle.Null.Value);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var result = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        _ = TpmTicket.Read(ref reader); // Of use only for a hash that a restricted key is to sign.
        return result;
    }
}
