using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyAuthorize (TPM 2.0 Part 3, 23.16).</summary>
public sealed class PolicyAuthorize(
    TpmHandle session,
    ReadOnlyMemory<byte> approvedPolicy,
    ReadOnlyMemory<byte> policyRef,
    TpmName key,
    TpmTicket approval) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyAuthorize, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(approvedPolicy.Span);
        writer.WriteSized(policyRef.Span);
        writer.WriteSized(key.Bytes.Span);
        approval.Write(writer);
    }
}
