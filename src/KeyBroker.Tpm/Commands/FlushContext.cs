using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_FlushContext (TPM 2.0 Part 3, 28.4): takes an object or a session from the TPM.</summary>
public sealed class FlushContext(TpmHandle target) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.FlushContext, TakesSessions: false);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt32(target.Value);
}
