namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_UndefineSpace (TPM 2.0 Part 3, 31.4).</summary>
public sealed class NvUndefineSpace(AuthorizedHandle hierarchy, TpmObject index) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvUndefineSpace, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(hierarchy);
        handles.Add(index);
    }
}
