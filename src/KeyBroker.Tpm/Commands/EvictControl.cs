using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_EvictControl (TPM 2.0 Part 3, 28.5): makes an object persistent, or no longer so.</summary>
public sealed class EvictControl(AuthorizedHandle hierarchy, TpmObject target, TpmHandle persistent) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.EvictControl, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(hierarchy);
        handles.Add(target);
    }

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt32(persistent.Value);
}
