using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli;

/// <summary>Where a backup goes: a tar file, a folder or standard output; there under its name only once it is whole.</summary>
internal sealed class BackupTarget
{
    public const string StandardOutput = "-";
    private const string ArchiveEnding = ".tar";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Terminal _terminal;
    private readonly string _path;
    private readonly string _unfinished;

    /// <exception cref="UsageException">Something has this name already.</exception>
    public BackupTarget(string target, Terminal terminal)
    {
        (_terminal, _path) = (terminal, target == StandardOutput ? target : Path.GetFullPath(target).TrimEnd('/'));
        _unfinished = Path.Combine(Path.GetDirectoryName(_path) ?? "/", $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}");
        if (_path != StandardOutput && Path.Exists(_path))
        {
            throw new UsageException($"'{_path}' exists: a backup never replaces anything");
        }
    }

    private bool IsArchive => _path.EndsWith(ArchiveEnding, StringComparison.Ordinal);

    public async Task<JsonObject> ReceiveAsync(Stream source, CancellationToken cancellationToken)
    {
        if (_path == StandardOutput)
        {
            return await new BackupReceiver(_ => Stream.Null)
                .ReceiveAsync(new CopyingStream(source, _terminal.Raw), cancellationToken);
        }

        try
        {
            return await (IsArchive ? ToArchiveAsync(source, cancellationToken) : ToFolderAsync(source, cancellationToken));
        }
        finally
        {
            File.Delete(_unfinished);
            if (Directory.Exists(_unfinished))
            {
                Directory.Delete(_unfinished, recursive: true);
            }
        }
    }

    private async Task<JsonObject> ToArchiveAsync(Stream source, CancellationToken cancellationToken)
    {
        JsonObject manifest;
        await using (var file = Create(_unfinished))
        {
            var copying = new CopyingStream(source, bytes => file.Write(bytes));
            manifest = await new BackupReceiver(_ => Stream.Null).ReceiveAsync(copying, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(_unfinished, _path, overwrite: false);
        return manifest;
    }

    private async Task<JsonObject> ToFolderAsync(Stream source, CancellationToken cancellationToken)
    {
        MakeFolder(_unfinished);
        var manifest = await new BackupReceiver(Part).ReceiveAsync(source, cancellationToken);
        Directory.Move(_unfinished, _path);
        return manifest;
    }

    private FileStream Part(string name)
    {
        var path = Path.Combine(_unfinished, name);
        MakeFolder(Path.GetDirectoryName(path)!);
        return Create(path);
    }

    private static void MakeFolder(string path) => Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);

    private static FileStream Create(string path) => new(
        path,
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
}
