namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PCR_Reset (TPM 2.0 Part 3, 22.8).</summary>
public sealed class PcrReset(AuthorizedHandle pcr) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PcrReset, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(pcr);
}
