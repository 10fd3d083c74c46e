namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_Increment (TPM 2.0 Part 3, 31.8): a counter goes up by one, and never down.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
public sealed class NvIncrement(AuthorizedHandle authority, TpmObject index) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvIncrement, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }
}
