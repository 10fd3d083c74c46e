using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_LoadExternal (TPM 2.0 Part 3, 12.3), of a public area only.</summary>
public sealed class LoadExternal(TpmPublic area, TpmHandle hierarchy) : TpmCommand<TpmObject>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.LoadExternal, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized([]);
        area.WriteSized(writer);
        writer.WriteUInt32(hierarchy.Value);
    }

    protected internal override TpmObject ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        LoadedObject.Check(handle, new(reader.ReadSized(Attest.MaxName).ToArray()), area);
}
