using KeyBroker.Enrollments;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

namespace KeyBroker.Backups;

/// <summary>Makes backups of a broker at work.</summary>
internal sealed class BackupMaker(
    Database database, BrokerVault vault, MachineRecords machines, BackupSource source, TimeProvider clock)
{
    // Nothing that anybody else would call a folder of theirs.
    private const string Prefix = ".making-backup-";

    /// <summary>Whether a backup carries the TPM, and with it every key.</summary>
    public bool HoldsTpm => vault.EmbeddedTpmFolder is not null;

    /// <summary>Removes what a killed broker left: it is as secret as the state directory itself.</summary>
    public static void RemoveStale(string stateDirectory)
    {
        foreach (var stale in Directory.EnumerateDirectories(stateDirectory, Prefix + "*"))
        {
            Directory.Delete(stale, recursive: true);
        }
    }

    /// <exception cref="StoreUnavailableException">The database cannot be copied, or there is no room for the copy.</exception>
    /// <exception cref="TpmUnavailableException">The embedded TPM does not hold still.</exception>
    public async Task<Backup> MakeAsync(string id, CancellationToken cancellationToken)
    {
        var folder = Folder.Create(Path.Combine(source.StateDirectory, Prefix + id));
        var made = false;
        try
        {
            await CopyStateAsync(folder, cancellationToken);
            var backup = new Backup(folder, Guarded(() => Complete(folder, id)));
            made = true;
            return backup;
        }
        finally
        {
            if (!made)
            {
                folder.Delete();
            }
        }
    }

    /// <summary>
    /// An embedded TPM is copied on its own thread, where no command can be under way, together with the database: what
    /// the copied database holds, the copied TPM opens.
    /// </summary>
    private Task CopyStateAsync(Folder folder, CancellationToken cancellationToken)
    {
        if (vault.EmbeddedTpmFolder is not { } tpm)
        {
            database.CopyTo(folder.In(BackupFormat.Database));
            return Task.CompletedTask;
        }

        return vault.Worker.RunAsync(
            _ => Guarded(() =>
            {
                database.CopyTo(folder.In(BackupFormat.Database));
                foreach (var file in Directory.EnumerateFiles(tpm, BackupFormat.TpmFiles))
                {
                    folder.Copy(file, BackupFormat.TpmFolder + Path.GetFileName(file));
                }

                return true;
            }),
            cancellationToken);
    }

    private BackupManifest Complete(Folder folder, string id)
    {
        using var copy = DatabaseCopy.Strip(folder.In(BackupFormat.Database), clock.GetUtcNow());
        folder.Write(BackupFormat.Machines, MachineList.Of(copy.Connection, machines));
        var policies = source.Policies.Current;
        foreach (var file in policies.Files)
        {
            folder.Write(BackupFormat.PolicyFolder + file.Name, file.Content.Span);
        }

        return new BackupManifest
        {
            Format = BackupFormat.Version,
            Id = id,
            CreatedAt = BackupManifest.Now(clock),
            Broker = BackupSource.ProgramVersion,
            Issuer = source.Issuer,
            Schema = copy.Schema,
            Home = vault.Hierarchy.Home,
            HoldsTpm = HoldsTpm,
            PolicyDigest = policies.Digest,
            Counts = copy.Counts,
            Audit = copy.Head,
            Parts = [.. PartsOf(folder)],
        }.Signed(vault.Root);
    }

    private static IEnumerable<BackupPart> PartsOf(Folder folder) => Directory
        .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder.Path, file))
        .Order(StringComparer.Ordinal)
        .Select(name => BackupPart.Of(name, folder.In(name)));

    /// <summary>A full disk is the store's trouble, and not taken for a lost TPM.</summary>
    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"the backup cannot be written: {failure.Message}", failure);
        }
    }
}
