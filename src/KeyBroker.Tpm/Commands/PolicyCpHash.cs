using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyCpHash (TPM 2.0 Part 3, 23.13): this one command with these parameters.</summary>
public sealed class PolicyCpHash(TpmHandle session, ReadOnlyMemory<byte> cpHash) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyCpHash, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(cpHash.Span);
}
