using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyNV (TPM 2.0 Part 3, 23.9): compares with what an index holds.</summary>
public sealed class PolicyNv(
    AuthorizedHandle authority, TpmObject index, TpmHandle session, NvComparison comparison)
    : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyNv, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
        handles.Add(TpmObject.Of(session));
    }

    protected internal override void WriteParameters(TpmWriter writer) => comparison.Write(writer);
}
