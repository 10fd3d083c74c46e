using KeyBroker.Configuration;

namespace KeyBroker.SelfAttestations;

/// <summary>The log of this host's boot: written before the broker runs, so read once.</summary>
internal sealed class HostEventLog
{
    // What a caller takes as evidence, and more than any firmware writes.
    private const int Largest = 4 << 20;
    private const string Firmware = "/sys/kernel/security/tpm0/binary_bios_measurements";
    private const string HostTpm = "device:";

    /// <exception cref="StartupException">The file that was configured is not there, not to be read, or too large.</exception>
    public HostEventLog(BrokerSettings settings) => Bytes = settings.EventLog is { } path
        ? ReadConfigured(path)
        : settings.Tpm.StartsWith(HostTpm, StringComparison.Ordinal) ? ReadFirmware() : null;

    /// <summary>Null where there is none.</summary>
    public byte[]? Bytes { get; }

    private static byte[] ReadConfigured(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"set KeyBroker:EventLog to a log that can be read, or remove it: {failure.Message}", failure);
        }
    }

    private static byte[]? ReadFirmware()
    {
        try
        {
            return Read(Firmware);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // Only root reads it, and not every firmware leaves one.
        }
    }

    // The kernel's file has no length.
    private static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Largest + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= Largest ? bytes[..length] : throw new IOException($"'{path}' has more than {Largest} bytes");
    }
}
