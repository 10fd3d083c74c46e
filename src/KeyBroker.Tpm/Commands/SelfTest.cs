using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_SelfTest (TPM 2.0 Part 3, 10.2).</summary>
public sealed class SelfTest(bool full = false) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.SelfTest);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteYesNo(full);
}
