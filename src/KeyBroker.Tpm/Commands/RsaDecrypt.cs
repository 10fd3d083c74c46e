using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_RSA_Decrypt (TPM 2.0 Part 3, 14.3), in the scheme the key is bound to, with an empty label.</summary>
public sealed class RsaDecrypt(AuthorizedHandle key, ReadOnlyMemory<byte> ciphertext) : TpmCommand<byte[]>
{
    private const int MaxRsaBytes = 512;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.RsaDecrypt, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(ciphertext.Span);
        SignatureScheme.Null.Write(writer);
        writer.WriteSized([]);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(MaxRsaBytes).ToArray();
}
