namespace KeyBroker.Client;

/// <summary>Writes files that only their owner may read, whole or not at all.</summary>
internal static class OwnerFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    public static void Replace(string path, byte[] content) => File.Move(WriteBeside(path, content), path, overwrite: true);

    /// <summary>A new file beside the one that it is to become.</summary>
    public static string WriteBeside(string path, byte[] content)
    {
        var beside = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using var file = new FileStream(beside, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return beside;
    }
}
