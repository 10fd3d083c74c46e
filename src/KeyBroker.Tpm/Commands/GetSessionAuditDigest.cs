using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_GetSessionAuditDigest (TPM 2.0 Part 3, 18.5): a signed statement of what a session saw.</summary>
public sealed class GetSessionAuditDigest(
    AuthorizedHandle privacyAdministrator,
    AuthorizedHandle key,
    TpmHandle session,
    ReadOnlyMemory<byte> qualifyingData) : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.GetSessionAuditDigest, AuthHandles: 2, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(privacyAdministrator);
        handles.Add(key);
        handles.Add(TpmObject.Of(session));
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        SignatureScheme.Null.Write(writer);
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
