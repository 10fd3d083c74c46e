using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_NV_DefineSpace (TPM 2.0 Part 3, 31.3).</summary>
public sealed class NvDefineSpace(AuthorizedHandle hierarchy, ReadOnlyMemory<byte> authValue, NvPublic area) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.NvDefineSpace, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(hierarchy);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(authValue.Span);
        writer.WriteSized(area.ToBytes());
    }
}
