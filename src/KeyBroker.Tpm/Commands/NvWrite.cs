using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_Write (TPM 2.0 Part 3, 31.7).</summary>
public sealed class NvWrite(AuthorizedHandle authority, TpmObject index, ReadOnlyMemory<byte> data, int offset = 0) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvWrite, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(authority);
        handles.Add(index);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(data.Span);
        writer.WriteUInt16(checked((ushort)offset));
    }
}
