using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ECDH_ZGen (TPM 2.0 Part 3, 14.5): the point this key shares with another.</summary>
public sealed class EcdhZGen(AuthorizedHandle key, EccPoint point) : TpmCommand<EccPoint>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.EcdhZGen, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(key);

    protected internal override void WriteParameters(TpmWriter writer) => point.WriteSized(writer);

    protected internal override EccPoint ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        EccPoint.ReadSized(ref reader);
}
