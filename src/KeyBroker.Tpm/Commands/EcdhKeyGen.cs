using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ECDH_KeyGen (TPM 2.0 Part 3, 14.4): a fresh ephemeral key, and what it shares with this one.</summary>
public sealed class EcdhKeyGen(TpmObject key) : TpmCommand<EcdhKeyGenResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.EcdhKeyGen, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override EcdhKeyGenResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(EccPoint.ReadSized(ref reader), EccPoint.ReadSized(ref reader));
}
