using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Unseal (TPM 2.0 Part 3, 12.7): the data of a sealed object, for the caller to wipe.</summary>
public sealed class Unseal(AuthorizedHandle target) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Unseal, AuthHandles: 1, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(target);

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        PinnedBytes.Copy(reader.ReadSized());
}
