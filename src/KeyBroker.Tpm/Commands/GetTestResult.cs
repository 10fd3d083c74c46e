using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_GetTestResult (TPM 2.0 Part 3, 10.4): how the self test went.</summary>
public sealed class GetTestResult() : TpmCommand<TestResult>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.GetTestResult, EncryptsResponse: true);

    protected internal override TestResult ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(reader.ReadSized().ToArray(), new TpmResponseCode(reader.ReadUInt32()));
}
