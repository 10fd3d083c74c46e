using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_RSA_Decrypt (TPM 2.0 Part 3, 14.3), in the scheme the key is bound to unless another is named.</summary>
/// <param name="label">An OAEP label, its terminating zero included.</param>
public sealed class RsaDecrypt(
    AuthorizedHandle key,
    ReadOnlyMemory<byte> ciphertext,
    SignatureScheme? scheme = null,
    ReadOnlyMemory<byte> label = default) : TpmCommand<byte[]>
{
    internal const int MaxBytes = 512;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.RsaDecrypt, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(ciphertext.Span);
        (scheme ?? SignatureScheme.Null).Write(writer);
        writer.WriteSized(label.Span);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        PinnedBytes.Copy(reader.ReadSized(MaxBytes));
}
