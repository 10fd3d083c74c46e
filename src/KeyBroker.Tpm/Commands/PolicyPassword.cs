using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyPassword (TPM 2.0 Part 3, 23.18): the authorization value goes in the clear.</summary>
public sealed class PolicyPassword(TpmHandle session) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyPassword);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));
}
