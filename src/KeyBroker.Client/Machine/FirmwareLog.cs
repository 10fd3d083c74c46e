namespace KeyBroker.Client;

/// <summary>The event log that the firmware and boot loaders of this machine wrote, where the kernel shows it.</summary>
public static class FirmwareLog
{
    public const string UsualPath = "/sys/kernel/security/tpm0/binary_bios_measurements";

    /// <summary>Null where there is none, it may not be read, or the TPM is not the one it is about.</summary>
    public static ReadOnlyMemory<byte>? TryRead(string tcti)
    {
        if (!tcti.StartsWith("device:", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(UsualPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
