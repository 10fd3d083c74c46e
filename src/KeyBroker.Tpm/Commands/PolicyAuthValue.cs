using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyAuthValue (TPM 2.0 Part 3, 23.17).</summary>
public sealed class PolicyAuthValue(TpmHandle session) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyAuthValue);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));
}
