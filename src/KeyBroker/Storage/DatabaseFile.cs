using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Hosting;
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

    /// <summary>
    /// Holds the database as long as this is open: one broker at a time. Two would each write a log without a fault, and know nothing
    /// of what the other revokes.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Another broker holds it, or it has a second name under which one could.</exception>
    public static FileStream Hold(string path)
    {
        try
        {
            var real = File.Exists(path) ? Alone(Posix.RealPath(path)) : Path.Combine(Posix.RealPath(Path.GetDirectoryName(path)!), Path.GetFileName(path));
            return new FileStream(real + ".lock", new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 1,
                UnixCreateMode = OwnerOnly,
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"stop the broker that uses the database {path}, or set KeyBroker:Database to another file: {failure.Message}", failure);
        }
    }

    private static string Alone(string path)
    {
        using var handle = OpenToRead(path);
        return FileStatus.Of(handle).Names == 1 ? path : throw new IOException("the file has more than one name");
    }

    public static SafeFileHandle OpenToRead(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
