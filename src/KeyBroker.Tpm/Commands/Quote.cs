using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Quote (TPM 2.0 Part 3, 18.4): a signed statement of what registers hold.</summary>
/// <param name="scheme">Null for the scheme the key is bound to.</param>
public sealed class Quote(
    AuthorizedHandle key,
    ReadOnlyMemory<byte> qualifyingData,
    IReadOnlyCollection<PcrSelection> selection,
    SignatureScheme? scheme = null) : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Quote, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        (scheme ?? SignatureScheme.Null).Write(writer);
        PcrSelectionList.Write(writer, selection);
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
