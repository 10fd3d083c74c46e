using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Import (TPM 2.0 Part 3, 13.3): takes in a duplicate, as something that this parent can load.</summary>
public sealed class Import(
    AuthorizedHandle parent,
    TpmPublic area,
    DuplicatedObject duplicate,
    InnerWrapper? inner = null) : TpmCommand<byte[]>
{
    private readonly InnerWrapper _inner = inner ?? InnerWrapper.None;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Import, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(parent);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(_inner.Key.Span);
        area.WriteSized(writer);
        writer.WriteSized(duplicate.Private.Span);
        writer.WriteSized(duplicate.Seed.Span);
        _inner.Symmetric.Write(writer);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized().ToArray();
}
