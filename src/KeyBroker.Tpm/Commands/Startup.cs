using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Startup (TPM 2.0 Part 3, 9.3), after a reset.</summary>
public sealed class Startup(bool keepState = false) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Startup, TakesSessions: false);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt16(keepState ? (ushort)1 : (ushort)0);
}
