using Dapper;
using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Backups.Restoring;

/// <summary>Checks a backup on copies of its database and its TPM: the backup itself is only read.</summary>
internal sealed class RestoreCheck(BackupContents backup, Folder work, TimeProvider clock)
{
    private const int PageSize = 1000;

    /// <exception cref="StoreVersionException">A newer program made the backup.</exception>
    /// <exception cref="FormatException">The TCTI names no TPM.</exception>
    public async Task<CheckReport> RunAsync(string? tcti)
    {
        var report = new CheckReport(backup.Manifest);
        CopyState();
        CheckPolicies(report);
        if (!IsWhole(report))
        {
            report.TpmProblem = "not asked: the database is damaged";
            return report;
        }

        await using var database = Database.Open(work.In(BackupFormat.Database));
        CheckAudit(database, report);
        using var vault = await OpenVaultAsync(database, tcti, report);
        if (vault is null)
        {
            new LostObjects(database, report).List();
        }
        else
        {
            report.Authentic = backup.Manifest.IsAuthentic(vault.Root);
            Require(report, report.Authentic.Value, "the manifest is not one that the broker of this TPM made");
            Require(report, vault.Hierarchy.Home == backup.Manifest.Home, "the manifest names another TPM than the database");
            await new StoredObjects(database, vault, clock).CheckAsync(report);
            report.AcceptRollback = await RollbackAsync(database, vault);
        }

        return report;
    }

    private static void Require(CheckReport report, bool holds, string otherwise)
    {
        if (!holds)
        {
            report.Problems.Add(otherwise);
        }
    }

    private void CopyState()
    {
        work.Copy(backup.Folder.In(BackupFormat.Database), BackupFormat.Database);
        foreach (var part in backup.Under(BackupFormat.TpmFolder))
        {
            work.Copy(backup.Folder.In(part.Name), part.Name);
        }
    }

    private void CheckPolicies(CheckReport report)
    {
        try
        {
            var policies = PolicySet.Load(backup.Folder.In(BackupFormat.PolicyFolder));
            Require(report, policies.Digest == backup.Manifest.PolicyDigest, "the policies are not the set that was in force");
        }
        catch (PolicyException invalid)
        {
            report.Problems.Add($"the policies are not valid: {invalid.Errors[0]}");
        }
    }

    private bool IsWhole(CheckReport report)
    {
        try
        {
            using var connection = new SqliteConnection(DatabaseFile.Unpooled(work.In(BackupFormat.Database)));
            connection.Open();
            var found = connection.Query<string>("PRAGMA integrity_check").Where(line => line != "ok").ToList();
            found.ForEach(line => report.Problems.Add($"database: {line}"));
            var orphans = connection.Query("PRAGMA foreign_key_check").Count();
            Require(report, orphans == 0, $"database: {orphans} rows belong to nothing");
            return found.Count == 0;
        }
        catch (SqliteException failure)
        {
            report.Problems.Add($"database: {failure.Message}");
            return false;
        }
    }

    private void CheckAudit(Database database, CheckReport report)
    {
        var log = new AuditLog(database, clock);
        var last = (Seq: 0L, Hash: AuditChain.Origin);
        var broken = AuditChain.FirstBreak(Entries(log).Select(entry =>
        {
            last = (entry.Sequence, entry.Hash);
            return entry;
        }));
        Require(report, broken is null, $"the audit chain breaks at record {broken}");
        var head = new AuditHead(last.Seq, Convert.ToHexStringLower(last.Hash));
        Require(report, head == backup.Manifest.Audit, "the audit log does not end where the manifest says");
    }

    /// <summary>AUD-15. The value of the TPM's counter, where it went on after the backup; null where it did not.</summary>
    private static async Task<long?> RollbackAsync(Database database, BrokerVault vault)
    {
        var checkpoints = new CheckpointStore(database, vault.Root.RowMac);
        if (checkpoints.Counter() is not { First: { } first } counter)
        {
            return null;
        }

        var (newest, pending) = checkpoints.Ends();
        var known = Math.Max(first, Math.Max(newest?.Counter ?? 0, pending?.Counter ?? 0));
        var tpm = new AuditCounter(vault.Worker, vault.AttestationKey, vault.Root, counter.Area.Index);
        return await tpm.ReadAsync(counter.Area, CancellationToken.None) is { } value && value > known ? value : null;
    }

    private static IEnumerable<AuditEntry> Entries(AuditLog log)
    {
        for (var page = log.List(0, PageSize); page.Count > 0; page = log.List(page[^1].Sequence, PageSize))
        {
            foreach (var entry in page)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Null where the TPM at hand does not open the root; the report says why.</summary>
    private async Task<BrokerVault?> OpenVaultAsync(Database database, string? tcti, CheckReport report)
    {
        if (tcti is null && !backup.Manifest.HoldsTpm)
        {
            report.TpmProblem = "no TPM was given: use --tpm";
            return null;
        }

        try
        {
            // Without this, a store that lost its hierarchy would get a new one in the TPM at hand.
            _ = new HierarchyStore(database).Load() ?? throw new StoreIntegrityException("the database holds no key hierarchy");
            return await BrokerVault.OpenAsync(new VaultOptions(tcti ?? VaultOptions.Embedded, work.Path), database, clock);
        }
        catch (Exception failure) when (failure is TpmUnavailableException or StoreIntegrityException)
        {
            report.TpmProblem = failure.Message;
            return null;
        }
    }
}
