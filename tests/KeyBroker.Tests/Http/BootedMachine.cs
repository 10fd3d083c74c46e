using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tests.Http;

/// <summary>Evidence of a boot: its registers as its log explains them, and the log.</summary>
internal static class BootedMachine
{
    public static EvidenceBuilder Booted(BootLog log, EvidenceBuilder evidence, bool withLog = true)
    {
        var registers = log.Registers();
        return evidence with
        {
            Selection = [PcrSelection.Of(TpmAlgorithm.Sha256, [.. Enumerable.Range(0, 16)])],
            Register = (_, index) => registers[index],
            EditBody = body =>
            {
                if (withLog)
                {
                    body["eventLog"] = Base64Url.Encode(log.ToBytes());
                }
            },
        };
    }

    public static Task<Answer> AttestAsync(this SoftwareMachine machine, BootLog log, bool withLog = true) =>
        machine.AttestAsync(evidence => Booted(log, evidence, withLog));
}
