using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_Read (TPM 2.0 Part 3, 31.13): a piece of an NV index, such as an endorsement certificate.</summary>
/// <param name="authority">The index itself or a hierarchy, as the index's attributes allow.</param>
public sealed class NvRead(AuthorizedHandle authority, TpmObject index, int size, int offset) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvRead, AuthHandles: 1, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt16(checked((ushort)size));
        writer.WriteUInt16(checked((ushort)offset));
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(size).ToArray();
}
