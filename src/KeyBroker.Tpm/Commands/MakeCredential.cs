using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_MakeCredential (TPM 2.0 Part 3, 12.6), which needs no TPM: see CredentialBlob.</summary>
public sealed class MakeCredential(
    TpmObject endorsementKey, ReadOnlyMemory<byte> secret, TpmName name)
    : TpmCommand<CredentialBlob>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.MakeCredential, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(endorsementKey);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(secret.Span);
        writer.WriteSized(name.Bytes.Span);
    }

    // Both parts of a credential are kept with their sizes.
    protected internal override CredentialBlob ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(Sized(reader.ReadSized()), Sized(reader.ReadSized()));

    private static byte[] Sized(ReadOnlySpan<byte> content)
    {
        var writer = new TpmWriter();
        writer.WriteSized(content);
        return writer.ToArray();
    }
}
