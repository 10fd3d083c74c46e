using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ContextSave (TPM 2.0 Part 3, 28.2).</summary>
public sealed class ContextSave(TpmHandle target) : TpmCommand<SavedContext>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ContextSave, TakesSessions: false);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(target));

    protected internal override SavedContext ReadResponse(TpmHandle handle, ref TpmReader reader) => new(
        reader.ReadUInt64(), new(reader.ReadUInt32()), new(reader.ReadUInt32()), reader.ReadSized().ToArray());
}
