using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Rewrap (TPM 2.0 Part 3, 13.2): a duplicate for one parent becomes one for another, unopened.</summary>
public sealed class Rewrap(
    AuthorizedHandle oldParent, TpmObject newParent, DuplicatedObject duplicate, TpmName name)
    : TpmCommand<DuplicatedObject>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Rewrap, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(oldParent);
        handles.Add(newParent);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(duplicate.Private.Span);
        writer.WriteSized(name.Bytes.Span);
        writer.WriteSized(duplicate.Seed.Span);
    }

    protected internal override DuplicatedObject ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        DuplicatedObject.Read(ref reader);
}
