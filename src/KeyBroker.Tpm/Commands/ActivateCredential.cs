using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ActivateCredential (TPM 2.0 Part 3, 12.5): opens what was made for two keys of this TPM.</summary>
/// <param name="key">The key to be proven, with the authorization of its administrator role.</param>
/// <param name="endorsementKey">The key the credential is encrypted to.</param>
public sealed class ActivateCredential(AuthorizedHandle key, AuthorizedHandle endorsementKey, CredentialBlob credential)
    : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ActivateCredential, AuthHandles: 2, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(key);
        handles.Add(endorsementKey);
    }

    // Both parts of the credential carry their sizes already.
    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteBytes(credential.Blob);
        writer.WriteBytes(credential.Secret);
    }

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        PinnedBytes.Copy(reader.ReadSized(HashAlgorithms.MaxSize));
}
