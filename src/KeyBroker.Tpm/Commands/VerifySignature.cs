using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_VerifySignature (TPM 2.0 Part 3, 20.1): a ticket for a good signature.</summary>
public sealed class VerifySignature(TpmObject key, ReadOnlyMemory<byte> digest, TpmSignature signature) : TpmCommand<TpmTicket>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.VerifySignature, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(digest.Span);
        signature.Write(writer);
    }

    protected internal override TpmTicket ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        TpmTicket.Read(ref reader);
}
