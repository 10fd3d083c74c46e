using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Sign (TPM 2.0 Part 3, 20.2), of a digest.</summary>
/// <param name="scheme">Null for the scheme the key is bound to.</param>
/// <param name="validation">For a restricted key: the ticket of <see cref="Hash"/>.</param>
public sealed class Sign(
    AuthorizedHandle key, ReadOnlyMemory<byte> digest, SignatureScheme? scheme = null, TpmTicket? validation = null)
    : TpmCommand<TpmSignature>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Sign, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(digest.Span);
        (scheme ?? SignatureScheme.Null).Write(writer);
        (validation ?? TpmTicket.NoHashCheck).Write(writer);
    }

    protected internal override TpmSignature ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        TpmSignature.Read(ref reader);
}
