using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_RSA_Encrypt (TPM 2.0 Part 3, 14.2), in the scheme the key is bound to unless another is named.</summary>
/// <param name="label">An OAEP label, its terminating zero included.</param>
public sealed class RsaEncrypt(
    TpmObject key,
    ReadOnlyMemory<byte> message,
    SignatureScheme? scheme = null,
    ReadOnlyMemory<byte> label = default) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.RsaEncrypt, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(message.Span);
        (scheme ?? SignatureScheme.Null).Write(writer);
        writer.WriteSized(label.Span);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(RsaDecrypt.MaxBytes).ToArray();
}
