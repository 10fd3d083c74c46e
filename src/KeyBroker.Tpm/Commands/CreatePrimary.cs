using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_CreatePrimary (TPM 2.0 Part 3, 24.1): an object derived from a hierarchy's seed.</summary>
public sealed class CreatePrimary(
    AuthorizedHandle hierarchy,
    TpmPublic template,
    Sensitive? sensitive = null,
    ReadOnlyMemory<byte> outsideInfo = default,
    IReadOnlyCollection<PcrSelection>? creationPcrs = null) : TpmCommand<CreatePrimaryResponse>
{
    protected internal override CommandDescriptor Descriptor => new(
        TpmCommandCode.CreatePrimary, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(hierarchy);

    protected internal override void WriteParameters(TpmWriter writer) =>
        ObjectTemplate.Write(writer, sensitive ?? Sensitive.Empty, template, outsideInfo, creationPcrs ?? []);

    protected internal override CreatePrimaryResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var area = TpmPublic.ReadSized(ref reader);
        var creation = CreationRecord.Read(ref reader);
        var name = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        return new(LoadedObject.Check(handle, name, area), area, creation);
    }
}
