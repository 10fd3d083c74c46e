using System.Formats.Tar;

namespace KeyBroker.Backups;

/// <summary>A backup that is made and waits in a folder of the broker's, which goes when it was handed over.</summary>
internal sealed class Backup(Folder folder, BackupManifest manifest) : IDisposable
{
    /// <summary>One tar archive, the manifest first.</summary>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        await using var archive = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        using var first = new MemoryStream(manifest.ToBytes());
        await AddAsync(archive, BackupFormat.Manifest, first, cancellationToken);
        foreach (var part in manifest.Parts)
        {
            await using var content = File.OpenRead(folder.In(part.Name));
            await AddAsync(archive, part.Name, content, cancellationToken);
        }
    }

    public void Dispose() => folder.Delete();

    private static Task AddAsync(TarWriter archive, string name, Stream content, CancellationToken cancellationToken) =>
        archive.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = BackupFormat.FileMode, DataStream = content },
            cancellationToken);
}
