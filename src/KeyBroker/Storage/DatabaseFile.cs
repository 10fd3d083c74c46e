using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Storage;

/// <summary>The file under the database: nobody else may ever read it.</summary>
internal static class DatabaseFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For one short use: nothing keeps the file open afterwards.</summary>
    public static string Unpooled(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();

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

    public static SafeFileHandle OpenToRead(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
