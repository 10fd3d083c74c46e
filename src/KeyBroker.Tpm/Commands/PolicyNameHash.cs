using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyNameHash (TPM 2.0 Part 3, 23.14): only these objects, whatever the command.</summary>
public sealed class PolicyNameHash(TpmHandle session, ReadOnlyMemory<byte> nameHash) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyNameHash, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(nameHash.Span);
}
