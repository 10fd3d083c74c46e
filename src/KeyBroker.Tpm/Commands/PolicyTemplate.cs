using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyTemplate (TPM 2.0 Part 3, 23.21): only an object from this template is made.</summary>
public sealed class PolicyTemplate(TpmHandle session, ReadOnlyMemory<byte> templateHash) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyTemplate, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(templateHash.Span);
}
