using KeyBroker.Audit;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Backups.Restoring;

/// <summary>Lays a checked backup out as a state directory: whole or not at all, and never over another state.</summary>
internal static class RestoredState
{
    /// <exception cref="IOException">Something is there already, or it cannot be written.</exception>
    public static async Task LayAsync(BackupContents backup, string target, TimeProvider clock)
    {
        RefuseOccupied(target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var folder = Folder.Create($"{target}.restoring-{Guid.NewGuid():N}");
        try
        {
            Copy(backup, folder);
            await RecordAsync(backup.Manifest, folder, clock);
            if (Directory.Exists(target))
            {
                Directory.Delete(target); // Fails where it is not empty any more.
            }

            Directory.Move(folder.Path, target);
        }
        finally
        {
            folder.Delete();
        }
    }

    public static void RefuseOccupied(string target)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new IOException($"'{target}' is not an empty folder");
        }
    }

    private static void Copy(BackupContents backup, Folder folder)
    {
        folder.Copy(backup.Folder.In(BackupFormat.Database), BackupFormat.Database);
        foreach (var part in backup.Under(BackupFormat.TpmFolder))
        {
            folder.Copy(backup.Folder.In(part.Name), part.Name);
        }
    }

    /// <summary>The log goes on from the backup with a record that says so: a state put back does not pass unnoticed.</summary>
    private static async Task RecordAsync(BackupManifest manifest, Folder folder, TimeProvider clock)
    {
        await using var database = Database.Open(folder.In(BackupFormat.Database));
        await new AuditLog(database, clock).AppendAsync(
            new AuditEvent
            {
                Operation = "backup.restore",
                Outcome = AuditEvent.Done,
                Resource = $"backups/{manifest.Id}",
                Peer = new AdminPeer(Posix.UserId).Name,
            },
            CancellationToken.None);
    }
}
