namespace KeyBroker.Backups.Restoring;

/// <summary>How check-backup was called.</summary>
internal sealed record CheckOptions(string Backup)
{
    public const string Usage =
        """
        keybrokerd check-backup BACKUP [--tpm TCTI] [--restore-to DIRECTORY] [--json]

        Says whether a backup is whole, and which keys and secrets this TPM can still use.

          BACKUP                   a tar file or a folder, as 'keybroker admin backup' makes it
          --tpm TCTI               device:PATH, swtpm:host=H,port=P or swtpm:path=SOCKET; a backup of an embedded TPM brings
                                   its own
          --restore-to DIRECTORY   lays the state into a new or empty folder, if the backup is whole and its TPM is there
          --json                   answers for programs

        Exit codes: 0 whole and all usable; 1 something is damaged or unusable; 2 wrong usage.
        """;

    public string? Tpm { get; private init; }

    public string? RestoreTo { get; private init; }

    public bool Json { get; private init; }

    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static CheckOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new CheckOptions("");
        while (arguments.Length > 0)
        {
            var (name, value) = (arguments[0], arguments.Length > 1 ? arguments[1] : "");
            (options, var taken) = (name, value) switch
            {
                ("--json", _) => (options with { Json = true }, 1),
                ("--tpm", { Length: > 0 }) => (options with { Tpm = value }, 2),
                ("--restore-to", { Length: > 0 }) => (options with { RestoreTo = Path.GetFullPath(value) }, 2),
                _ when !name.StartsWith('-') && options.Backup.Length == 0 => (options with { Backup = name }, 1),
                _ => throw new FormatException($"'{name}' is not understood"),
            };
            arguments = arguments[taken..];
        }

        return options.Backup.Length > 0 ? options : throw new FormatException("which backup?");
    }
}
