using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_GetTime (TPM 2.0 Part 3, 18.7): a signed statement of the TPM's clock.</summary>
public sealed class GetTime(
    AuthorizedHandle privacyAdministrator, AuthorizedHandle key, ReadOnlyMemory<byte> qualifyingData)
    : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.GetTime, AuthHandles: 2, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(privacyAdministrator);
        handles.Add(key);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        SignatureScheme.Null.Write(writer);
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
