using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_LoadExternal (TPM 2.0 Part 3, 12.3): a key from elsewhere, its public half or both.</summary>
/// <param name="hierarchy">Null if the secret half comes along.</param>
public sealed class LoadExternal(TpmPublic area, TpmHandle hierarchy, TpmSensitive? sensitive = null)
    : TpmCommand<TpmObject>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.LoadExternal, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        var secret = sensitive?.ToBytes() ?? [];
        writer.WriteSized(secret);
        CryptographicOperations.ZeroMemory(secret);
        area.WriteSized(writer);
        writer.WriteUInt32(hierarchy.Value);
    }

    protected internal override TpmObject ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        LoadedObject.Check(handle, new(reader.ReadSized(Attest.MaxName).ToArray()), area);
}
