using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyCounterTimer (TPM 2.0 Part 3, 23.10): compares with the TPM's clock and counters.</summary>
public sealed class PolicyCounterTimer(TpmHandle session, NvComparison comparison) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyCounterTimer, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer) => comparison.Write(writer);
}
