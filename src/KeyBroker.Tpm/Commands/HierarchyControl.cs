using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_HierarchyControl (TPM 2.0 Part 3, 24.2): switches a hierarchy off or on until the next reset.</summary>
public sealed class HierarchyControl(
    AuthorizedHandle authority, TpmHandle hierarchy, bool enabled)
    : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.HierarchyControl, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(authority);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt32(hierarchy.Value);
        writer.WriteYesNo(enabled);
    }
}
