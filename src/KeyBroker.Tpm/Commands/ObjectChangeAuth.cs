using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ObjectChangeAuth (TPM 2.0 Part 3, 12.8): the object wrapped again, with a new authorization value.</summary>
/// <param name="target">With the authorization of its administrator role; what is loaded keeps its old value.</param>
public sealed class ObjectChangeAuth(
    AuthorizedHandle target, TpmObject parent, ReadOnlyMemory<byte> newAuth)
    : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ObjectChangeAuth, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(target);
        handles.Add(parent);
    }

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(newAuth.Span);

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized().ToArray();
}
