using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Shutdown (TPM 2.0 Part 3, 9.4), before power goes.</summary>
public sealed class Shutdown(bool keepState = false) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Shutdown);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteUInt16(keepState ? (ushort)1 : (ushort)0);
}
