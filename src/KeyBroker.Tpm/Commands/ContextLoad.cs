using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ContextLoad (TPM 2.0 Part 3, 28.3).</summary>
public sealed class ContextLoad(SavedContext context) : TpmCommand<TpmHandle>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ContextLoad, ReturnsHandle: true, TakesSessions: false);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt64(context.Sequence);
        writer.WriteUInt32(context.Saved.Value);
        writer.WriteUInt32(context.Hierarchy.Value);
        writer.WriteSized(context.Blob.Span);
    }

    protected internal override TpmHandle ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        handle.Expect(context.Saved.Kind);
}
