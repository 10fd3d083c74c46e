using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_CertifyCreation (TPM 2.0 Part 3, 18.3): a signed statement that this TPM made an object.</summary>
public sealed class CertifyCreation(
    AuthorizedHandle key,
    TpmObject target,
    ReadOnlyMemory<byte> qualifyingData,
    ReadOnlyMemory<byte> creationHash,
    TpmTicket creationTicket) : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.CertifyCreation, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(key);
        handles.Add(target);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        writer.WriteSized(creationHash.Span);
        SignatureScheme.Null.Write(writer);
        creationTicket.Write(writer);
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
