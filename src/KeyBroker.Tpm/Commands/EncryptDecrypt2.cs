using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_EncryptDecrypt2 (TPM 2.0 Part 3, 15.3), of at most 1,024 bytes, in the mode the key is bound to.</summary>
public sealed class EncryptDecrypt2(
    AuthorizedHandle key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> iv, bool decrypts)
    : TpmCommand<EncryptDecryptResponse>
{
    private const int MaxBlock = 16;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.EncryptDecrypt2, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(data.Span);
        writer.WriteYesNo(decrypts);
        writer.WriteAlgorithm(TpmAlgorithm.Null);
        writer.WriteSized(iv.Span);
    }

    protected internal override EncryptDecryptResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(PinnedBytes.Copy(reader.ReadSized(data.Length)), reader.ReadSized(MaxBlock).ToArray());
}
