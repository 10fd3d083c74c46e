using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyNvWritten (TPM 2.0 Part 3, 23.20): an index that was, or was never, written.</summary>
public sealed class PolicyNvWritten(TpmHandle session, bool written) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyNvWritten);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteYesNo(written);
}
