using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>What machines send of their make and their boot, and the operator's list of those that are refused.</summary>
internal static class BootTargets
{
    private const int Lavish = 1024 * 1024;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("event-log", Boot) { AllocationAtLeast = Lavish, AllocationPerByte = 256 },
        new("certificate", Maker) { AllocationAtLeast = Lavish },
        new("deny-list", DenyList) { AllocationAtLeast = Lavish, AllocationPerByte = 256 },
    ];

    /// <summary>Held against the very registers that it replays to, so that every fact in it is looked for.</summary>
    private static byte[]? Boot(byte[] bytes)
    {
        var log = EventLog.Parse(bytes);
        var registers = log.Banks
            .Where(bank => bank != TpmAlgorithm.Sha1)
            .SelectMany(bank => LogReplay.Of(log, bank).Registers.Values.Select(register => ((bank, register.Pcr), register.Value.ToArray())))
            .ToDictionary();
        var measured = MeasuredState.DangerousFromValues(registers).With(bytes);
        if (MeasuredState.DangerousFromStored(measured.ToJson()).ToJson() != measured.ToJson())
        {
            throw new InvalidOperationException("the facts are others after they were stored");
        }

        return null;
    }

    private static byte[]? Maker(byte[] bytes)
    {
        var certificate = Certificate.Parse(bytes);
        _ = (certificate.Serial, certificate.Issuer, certificate.Subject, certificate.NotBefore, certificate.NotAfter);
        var own = CertificateAnchors.Of([certificate], [certificate]);
        Judge(() => EndorsementProfile.Check(certificate));
        Judge(() => CertificatePath.Check(certificate, [certificate], own, certificate.NotBefore));
        return null;
    }

    /// <summary>Whatever comes of it: a certificate that can be read is an input to go on from.</summary>
    private static void Judge(Action check)
    {
        try
        {
            check();
        }
        catch (CertificateException)
        {
            // As it says.
        }
    }

    private static byte[]? DenyList(byte[] bytes)
    {
        try
        {
            _ = EndorsementDenyList.Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (FormatException)
        {
            // As it says.
        }

        return null;
    }
}
