namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_ReadLock (TPM 2.0 Part 3, 31.14): an index is not read again before the next reset.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
public sealed class NvReadLock(AuthorizedHandle authority, TpmObject index) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvReadLock, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }
}
