namespace KeyBroker.Client;

/// <summary>Writes files that only their owner may read, whole or not at all.</summary>
public static class OwnerFile
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>A file made anew, whoever might read the one that was there: that one, or a link in its place, is gone.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var draft = WriteBeside(path, content);
        try
        {
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>A new file beside the one that it is to become.</summary>
    internal static string WriteBeside(string path, ReadOnlySpan<byte> content)
    {
        var beside = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        try
        {
            using var file = new FileStream(beside, options);
            file.Write(content);
            file.Flush(flushToDisk: true);
            return beside;
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
