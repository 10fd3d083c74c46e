using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_HMAC_Start (TPM 2.0 Part 3, 17.2): a sequence over a message of any length, with the key's own hash.</summary>
/// <param name="sequenceAuth">What authorizes the later parts of the sequence.</param>
public sealed class HmacStart(AuthorizedHandle key, ReadOnlyMemory<byte> sequenceAuth = default) : TpmCommand<TpmObject>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.HmacStart, AuthHandles: 1, EncryptsCommand: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(sequenceAuth.Span);
        writer.WriteAlgorithm(TpmAlgorithm.Null);
    }

    // A sequence object has no public area, so its name is empty (Part 1, 16).
    protected internal override TpmObject ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(handle.Expect(TpmHandle.TransientKind), default);
}
