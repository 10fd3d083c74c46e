using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyRestart (TPM 2.0 Part 3, 11.2).</summary>
public sealed class PolicyRestart(TpmHandle session) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyRestart);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));
}
