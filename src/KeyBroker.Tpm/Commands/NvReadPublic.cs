using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_ReadPublic (TPM 2.0 Part 3, 31.6).</summary>
public sealed class NvReadPublic(TpmHandle index) : TpmCommand<NvPublic>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvReadPublic, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(index));

    protected internal override NvPublic ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var area = NvPublic.Parse(reader.ReadSized());
        return area.Index == index && new TpmName(reader.ReadSized(Attest.MaxName).ToArray()) == area.Name
            ? area
            : throw new TpmFormatException("the TPM named an index other than its public area says");
    }
}
