namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_WriteLock (TPM 2.0 Part 3, 31.11): an index is not written again, as its attributes say until when.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
public sealed class NvWriteLock(AuthorizedHandle authority, TpmObject index) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvWriteLock, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }
}
