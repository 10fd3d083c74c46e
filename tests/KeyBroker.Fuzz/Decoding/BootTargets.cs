using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>What machines show of their maker and of their boot.</summary>
internal static class BootTargets
{
    private const int Lavish = 1024 * 1024;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Takes("event-log", Believe),
        Takes("certificate", Certify),
        Takes("certificate-path", FindPath),
        Takes("deny-list", Deny) with { AllocationPerByte = 256 },
    ];

    private static FuzzTarget Takes(string name, Action<byte[]> decode) => new(name, bytes =>
    {
        decode(bytes);
        return null;
    })
    {
        AllocationAtLeast = Lavish,
    };

    // The registers are what the log itself adds up to, so that all of it is believed that can be.
    private static void Believe(byte[] bytes)
    {
        var log = EventLog.Parse(bytes);
        var registers = log.Banks
            .Where(bank => bank != TpmAlgorithm.Sha1)
            .SelectMany(bank => LogReplay.Of(log, bank).Registers.Values.Select(register => (Key: (bank, register.Pcr), Value: register.Value.ToArray())))
            .ToDictionary(register => register.Key, register => register.Value);
        var facts = MeasuredState.DangerousFromValues(registers).With(bytes).ToJson();
        if (MeasuredState.DangerousFromStored(facts).ToJson() != facts)
        {
            throw new InvalidOperationException("what the log proves is something else after it was stored");
        }
    }

    private static void Certify(byte[] bytes)
    {
        var certificate = Certificate.Parse(bytes);
        _ = (certificate.Issuer, certificate.Subject, certificate.Serial, certificate.IssuerId);
        EndorsementProfile.Check(certificate);
    }

    // Trusted as it is, and its own authority where it names itself.
    private static void FindPath(byte[] bytes)
    {
        var certificate = Certificate.Parse(bytes);
        CertificatePath.Check(certificate, [certificate], CertificateAnchors.Of([certificate], []), certificate.NotBefore);
    }

    private static void Deny(byte[] bytes)
    {
        try
        {
            EndorsementDenyList.Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (FormatException)
        {
            // As it says.
        }
    }
}
