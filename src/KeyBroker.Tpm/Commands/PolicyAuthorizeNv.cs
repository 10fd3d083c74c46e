using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyAuthorizeNV (TPM 2.0 Part 3, 23.22): an index holds the policy that is allowed.</summary>
public sealed class PolicyAuthorizeNv(
    AuthorizedHandle authority, TpmObject index, TpmHandle session)
    : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyAuthorizeNv, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
        handles.Add(TpmObject.Of(session));
    }
}
