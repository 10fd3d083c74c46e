namespace KeyBroker.Backups;

/// <summary>The names inside a backup, and the modes of what it is made of.</summary>
internal static class BackupFormat
{
    public const string Version = "keybroker-backup/1";
    public const string Manifest = "manifest.json";
    public const string Database = "keybroker.db";
    public const string Machines = "machines.json";
    public const string PolicyFolder = "policies/";
    public const string TpmFolder = "tpm/";

    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>What the state of a swtpm TPM 2.0 is kept in; its other files are of the running process only.</summary>
    public const string TpmFiles = "tpm2-*";

    /// <summary>A relative path that stays where it is put. Names in a backup are untrusted.</summary>
    public static bool IsSafeName(string name) =>
        name.Length is > 0 and <= 1024
        && name.Split('/').All(segment => segment.Length > 0 && segment is not ("." or ".."))
        && !name.Any(char.IsControl);
}
