using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyPCR (TPM 2.0 Part 3, 23.7).</summary>
public sealed class PolicyPcr(TpmHandle session, ReadOnlyMemory<byte> pcrDigest, IReadOnlyCollection<PcrSelection> selection) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyPcr, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(pcrDigest.Span);
        PcrSelectionList.Write(writer, selection);
    }
}
