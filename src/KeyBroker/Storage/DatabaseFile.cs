namespace KeyBroker.Storage;

/// <summary>The file under the database: nobody else may ever read it.</summary>
internal static class DatabaseFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the file with mode 0600 before SQLite would make it with another; SQLite gives its own files the same.</summary>
    public static void Prepare(string path)
    {
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = OwnerOnly,
            }).Dispose();
        }
    }
}
