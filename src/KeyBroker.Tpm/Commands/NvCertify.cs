using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_Certify (TPM 2.0 Part 3, 31.16): a signed statement of what an index holds.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
/// <param name="range">Which bytes of the index.</param>
public sealed class NvCertify(
    AuthorizedHandle key,
    AuthorizedHandle authority,
    TpmObject index,
    ReadOnlyMemory<byte> qualifyingData,
    NvRange range) : TpmCommand<AttestedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvCertify, AuthHandles: 2, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(key);
        handles.Add(authority);
        handles.Add(index);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(qualifyingData.Span);
        SignatureScheme.Null.Write(writer);
        writer.WriteUInt16(checked((ushort)range.Size));
        writer.WriteUInt16(checked((ushort)range.Offset));
    }

    protected internal override AttestedResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        AttestedResponse.Read(ref reader);
}
