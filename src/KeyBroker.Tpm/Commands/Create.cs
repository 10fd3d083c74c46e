using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Create (TPM 2.0 Part 3, 12.1): an object that only its parent can load.</summary>
public sealed class Create(
    AuthorizedHandle parent,
    TpmPublic template,
    Sensitive? sensitive = null,
    ReadOnlyMemory<byte> outsideInfo = default,
    IReadOnlyCollection<PcrSelection>? creationPcrs = null) : TpmCommand<CreateResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Create, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(parent);

    protected internal override void WriteParameters(TpmWriter writer) =>
        ObjectTemplate.Write(writer, sensitive ?? Sensitive.Empty, template, outsideInfo, creationPcrs ?? []);

    protected internal override CreateResponse ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(reader.ReadSized().ToArray(), TpmPublic.ReadSized(ref reader), CreationRecord.Read(ref reader));
}
