using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_HMAC (TPM 2.0 Part 3, 15.5), with the hash the key is bound to, of at most 1,024 bytes.</summary>
public sealed class Hmac(AuthorizedHandle key, ReadOnlyMemory<byte> message) : TpmCommand<byte[]>
{
    /// <summary>MAX_DIGEST_BUFFER (Part 2, Annex A): longer messages go through a sequence.</summary>
    public const int LongestMessage = 1024;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Hmac, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(message.Span);
        writer.WriteAlgorithm(TpmAlgorithm.Null);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
}
