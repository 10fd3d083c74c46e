namespace KeyBroker.Client;

/// <summary>Which event log goes with a quote: a file, none, or the firmware's own where there is one that may be read.</summary>
public sealed class EventLogFile
{
    private const string NoLog = "none";
    /// <summary>Where Linux shows the firmware's log.</summary>
    public const string FirmwareLog = "/sys/kernel/security/tpm0/binary_bios_measurements";
    private const string DevicePrefix = "device:";

    private readonly string? _path;
    private readonly bool _isNone;

    private EventLogFile(string? path, bool isNone = false) => (_path, _isNone) = (path, isNone);

    /// <summary>What the kernel gives, with a TPM of this machine's own; nothing where it gives none.</summary>
    public static EventLogFile Firmware { get; } = new(null);

    public static EventLogFile None { get; } = new(null, isNone: true);

    /// <summary>This choice as it is remembered: null, <c>none</c>, or a full path.</summary>
    public string? Text => _isNone ? NoLog : _path;

    public static EventLogFile At(string path) => new(Path.GetFullPath(path));

    public static EventLogFile Of(string? text) => text switch
    {
        null => Firmware,
        NoLog => None,
        _ => new EventLogFile(text),
    };

    /// <summary>The log, or null where there is none to be read.</summary>
    /// <exception cref="IOException">The file that was named cannot be read.</exception>
    public byte[]? Read(string tcti)
    {
        if (_isNone)
        {
            return null;
        }

        // The log of this machine says nothing of another TPM.
        return _path is not null ? ReadNamed(_path) : tcti.StartsWith(DevicePrefix, StringComparison.Ordinal) ? ReadFirmware() : null;
    }

    private static byte[] ReadNamed(string path)
    {
        try
        {
            return InputFile.Read(path);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException($"the event log '{path}' may not be read", failure);
        }
    }

    private static byte[]? ReadFirmware()
    {
        try
        {
            return InputFile.Read(FirmwareLog);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // Only root reads it, and not every firmware leaves one.
        }
    }
}
