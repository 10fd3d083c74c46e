using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_Extend (TPM 2.0 Part 3, 31.9): an index takes in data as a register does.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
public sealed class NvExtend(AuthorizedHandle authority, TpmObject index, ReadOnlyMemory<byte> data) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvExtend, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(data.Span);
}
