using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ReadPublic (TPM 2.0 Part 3, 12.4).</summary>
public sealed class ReadPublic(TpmHandle target) : TpmCommand<ReadPublicResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ReadPublic, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(target));

    protected internal override ReadPublicResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var area = TpmPublic.ReadSized(ref reader);
        var name = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        var qualified = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        return new(LoadedObject.Check(target, name, area), area, qualified);
    }
}
