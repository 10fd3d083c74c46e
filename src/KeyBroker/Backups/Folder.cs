namespace KeyBroker.Backups;

/// <summary>A folder for its owner only, in which files are made durably and never over another.</summary>
internal sealed class Folder
{
    private Folder(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static Folder Create(string path)
    {
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"'{path}' exists already");
        }

        Directory.CreateDirectory(path, BackupFormat.FolderMode);
        return new Folder(path);
    }

    /// <summary>A new one where temporary files are kept.</summary>
    public static Folder CreateTemporary() => new(Directory.CreateTempSubdirectory("keybroker-").FullName);

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        using var file = NewFile(In(Prepare(name)));
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    public void Copy(string source, string name)
    {
        using var content = File.OpenRead(source);
        Copy(content, name);
    }

    public void Copy(Stream content, string name)
    {
        using var file = NewFile(In(Prepare(name)));
        content.CopyTo(file);
        file.Flush(flushToDisk: true);
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private string Prepare(string name)
    {
        if (!BackupFormat.IsSafeName(name))
        {
            throw new BackupException("a name in the backup leads out of it");
        }

        if (name.LastIndexOf('/') is > 0 and var end)
        {
            Directory.CreateDirectory(In(name[..end]), BackupFormat.FolderMode);
        }

        return name;
    }

    private static FileStream NewFile(string path) => new(path, new FileStreamOptions
    {
        Mode = System.IO.FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = BackupFormat.FileMode,
    });
}
