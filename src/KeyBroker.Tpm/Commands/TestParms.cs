using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_TestParms (TPM 2.0 Part 3, 30.3): whether the TPM can make such an object; it refuses if not.</summary>
public sealed class TestParms(PublicParameters parameters) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.TestParms);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteAlgorithm(parameters.Type);
        parameters.Write(writer);
    }
}
