using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyGetDigest (TPM 2.0 Part 3, 23.19).</summary>
public sealed class PolicyGetDigest(TpmHandle session) : TpmCommand<byte[]>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyGetDigest, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override byte[] ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
}
