using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyCommandCode (TPM 2.0 Part 3, 23.11).</summary>
public sealed class PolicyCommandCode(TpmHandle session, TpmCommandCode command) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyCommandCode);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt32((uint)command);
}
