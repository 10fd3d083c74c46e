using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Load (TPM 2.0 Part 3, 12.2): puts an object that Create made into the TPM.</summary>
public sealed class Load(AuthorizedHandle parent, ReadOnlyMemory<byte> wrapped, TpmPublic area) : TpmCommand<TpmObject>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Load, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(parent);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(wrapped.Span);
        area.WriteSized(writer);
    }

    protected internal override TpmObject ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        LoadedObject.Check(handle, new(reader.ReadSized(Attest.MaxName).ToArray()), area);
}
