using KeyBroker.Client;
using KeyBroker.Tpm;

namespace KeyBroker.Cli.Doctor;

/// <summary>The TPM answers, and which one it is.</summary>
internal static class TpmCheck
{
    private const string Check = "TPM";
    private const string UsualDevice = "device:/dev/tpmrm0";

    public static Finding Run(Invocation call)
    {
        try
        {
            var tpm = LocalTpm.Describe(call.Tpm);
            return Finding.Ok(Check, $"{call.Tpm}: {tpm.Manufacturer}, firmware {tpm.Firmware}, TPM 2.0 revision {tpm.Revision}");
        }
        catch (Exception failure) when (failure is IOException or FormatException or TpmException)
        {
            return Finding.Fail(Check, failure.Message, Advice(call.Tpm));
        }
    }

    private static string Advice(string tcti)
    {
        if (!tcti.StartsWith("device:", StringComparison.Ordinal))
        {
            return "start that software TPM, or name another with --tpm or KEYBROKER_TPM";
        }

        var device = tcti["device:".Length..];
        return File.Exists(device) ? $"add your user to the group that owns {device} (usually tss), and log in again"
            : tcti == UsualDevice ? "switch the TPM on in the firmware's set-up, or name another with --tpm or KEYBROKER_TPM"
            : $"there is no such device: perhaps {UsualDevice} is meant";
    }
}
