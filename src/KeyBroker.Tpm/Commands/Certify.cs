using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Certify (TPM 2.0 Part 3, 18.2): a signed statement that an object is loaded.</summary>
/// <param name="scheme">Null for the scheme the key is bound to.</param>
public sealed class Certify(
    AuthorizedHandle target, AuthorizedHandle key, ReadOnlyMemory<byte> qualifyingData, SignatureScheme? scheme = null)
    : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Certify, AuthHandles: 2, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(target);
        handles.Add(key);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        (scheme ?? SignatureScheme.Null).Write(writer);
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
