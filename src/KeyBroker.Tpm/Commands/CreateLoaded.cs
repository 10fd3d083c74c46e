using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_CreateLoaded (TPM 2.0 Part 3, 12.9): an object made and loaded at once; below a hierarchy, a primary.</summary>
public sealed class CreateLoaded(
    AuthorizedHandle parent, TpmPublic template, Sensitive? sensitive = null)
    : TpmCommand<CreateLoadedResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.CreateLoaded, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(parent);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        (sensitive ?? Sensitive.Empty).WriteSized(writer);
        template.WriteSized(writer);
    }

    protected internal override CreateLoadedResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var wrapped = reader.ReadSized().ToArray();
        var area = TpmPublic.ReadSized(ref reader);
        var name = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        return new(LoadedObject.Check(handle, name, area), wrapped, area);
    }
}
