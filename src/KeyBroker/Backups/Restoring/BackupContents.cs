using System.Formats.Tar;

using KeyBroker.Attestation.Policies.Loading;
namespace KeyBroker.Backups.Restoring;

/// <summary>A backup's files in a folder of ours, each with the digest that the manifest promises.</summary>
internal sealed class BackupContents
{
    private const int LongestManifest = 64 << 20;

    private BackupContents(BackupManifest manifest, Folder folder) => (Manifest, Folder) = (manifest, folder);

    public BackupManifest Manifest { get; }

    public Folder Folder { get; }

    /// <exception cref="BackupException">It is not a backup, or not whole.</exception>
    public static BackupContents Read(string path, Folder folder)
    {
        try
        {
            var manifest = Directory.Exists(path) ? ReadFolder(path, folder) : ReadArchive(path, folder);
            manifest.Parts.ToList().ForEach(part => Verify(part, folder));
            return manifest.Parts.Any(part => part.Name == BackupFormat.Database)
                ? new BackupContents(manifest, folder)
                : throw new BackupException("the backup holds no database");
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException)
        {
            throw new BackupException($"'{path}' cannot be read as a backup: {failure.Message}", failure);
        }
    }

    /// <summary>The parts below a folder of the backup.</summary>
    public IEnumerable<BackupPart> Under(string prefix) =>
        Manifest.Parts.Where(part => part.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A pipe would keep the check waiting, and a link could lead to a device without end.</summary>
    private static bool IsPlainFile(string path) =>
        new FileInfo(path) is { Exists: true, LinkTarget: null } && FileStatus.Of(path).IsRegular;

    private static BackupManifest ReadFolder(string path, Folder folder)
    {
        var manifest = BackupManifest.Parse(File.ReadAllBytes(Path.Combine(path, BackupFormat.Manifest)));
        foreach (var part in manifest.Parts)
        {
            if (!BackupFormat.IsSafeName(part.Name) || !IsPlainFile(Path.Combine(path, part.Name)))
            {
                throw new BackupException($"the backup lacks '{part.Name}'");
            }

            folder.Copy(Path.Combine(path, part.Name), part.Name);
        }

        return manifest;
    }

    private static BackupManifest ReadArchive(string path, Folder folder)
    {
        using var file = File.OpenRead(path);
        using var archive = new TarReader(file);
        BackupManifest? manifest = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !names.Add(entry.Name))
            {
                throw new BackupException($"'{entry.Name}' does not belong into a backup");
            }

            if (entry.Name == BackupFormat.Manifest)
            {
                manifest = Parse(entry);
            }
            else
            {
                folder.Copy(entry.DataStream ?? Stream.Null, entry.Name);
            }
        }

        return manifest is not null && names.SetEquals([BackupFormat.Manifest, .. manifest.Parts.Select(part => part.Name)])
            ? manifest
            : throw new BackupException("the archive does not hold what its manifest says");
    }

    private static BackupManifest Parse(TarEntry entry)
    {
        if (entry.Length > LongestManifest)
        {
            throw new BackupException("the manifest is too long");
        }

        using var content = new MemoryStream();
        entry.DataStream?.CopyTo(content);
        return BackupManifest.Parse(content.ToArray());
    }

    private static void Verify(BackupPart part, Folder folder)
    {
        if (BackupPart.Of(part.Name, folder.In(part.Name)) != part)
        {
            throw new BackupException($"'{part.Name}' is not what the manifest says: it is damaged or was changed");
        }
    }
}
