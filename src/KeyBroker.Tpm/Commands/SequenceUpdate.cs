using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_SequenceUpdate (TPM 2.0 Part 3, 17.4): at most 1,024 bytes more.</summary>
public sealed class SequenceUpdate(AuthorizedHandle sequence, ReadOnlyMemory<byte> part) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.SequenceUpdate, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(sequence);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(part.Span);
}
