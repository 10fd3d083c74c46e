using System.Data;
using Dapper;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Receipts;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

namespace KeyBroker.Backups.Restoring;

/// <summary>Checks, with the root open, every row of trust by its MAC and every TPM object by bringing it into the TPM.</summary>
internal sealed class StoredObjects(Database database, BrokerVault vault, TimeProvider clock)
{
    public async Task CheckAsync(CheckReport report)
    {
        await CheckEachAsync(report.Keys, "keys", KeyAsync);
        await CheckEachAsync(report.Secrets, "secrets", SecretAsync);
        await CheckSigningKeysAsync(report);
        var machines = new MachineRecords(vault.Root.RowMac);
        CheckRows(report, "machines", "id", (connection, id) => machines.Find(connection, id));
        var attestations = new AttestationRecords(vault.Root.RowMac);
        CheckRows(report, "attestations", "jti", (connection, jti) => attestations.Find(connection, jti));
        var logs = new EventLogRecords(vault.Root.RowMac, clock);
        CheckRows(report, "event_logs", "machine || ' ' || digest", (connection, id) => logs.Find(connection, id.Split(' ')[0], id.Split(' ')[1]));
    }

    private async Task CheckEachAsync(List<Verdict> verdicts, string table, Func<string, Task<List<Verdict>>> check)
    {
        foreach (var name in Names(table, "name"))
        {
            try
            {
                verdicts.AddRange(await check(name));
            }
            catch (StoreIntegrityException changed)
            {
                verdicts.Add(new Verdict(name, 0, changed.Message));
            }
        }
    }

    private async Task<List<Verdict>> KeyAsync(string name)
    {
        var key = vault.Keys.Find(name)!;
        var verdicts = new List<Verdict>();
        foreach (var version in key.Versions.Where(version => KeyLifeCycle.StateOf(key, version) != KeyVersionState.Destroyed))
        {
            verdicts.Add(new Verdict(name, version.Version, await ReasonAsync(key, version)));
        }

        return verdicts;
    }

    private async Task<string?> ReasonAsync(KeyRecord key, KeyVersion version)
    {
        if (version.Home.Length > 0 && version.Home != vault.Hierarchy.Home)
        {
            return $"it lives in the TPM {version.Home}";
        }

        var residence = ResidenceNames.Find(key.Residence) ?? Residence.Local;
        var stored = new StoredKey(version.Object, vault.Hierarchy.Storage.Of(residence));
        return await vault.Worker.RunAsync(scope => scope.Loads(stored), CancellationToken.None)
            ? null
            : "this TPM does not load it";
    }

    private async Task<List<Verdict>> SecretAsync(string name)
    {
        var secret = vault.Secrets.Find(name)!;
        var verdicts = new List<Verdict>();
        foreach (var version in secret.Versions.Where(version => KeyLifeCycle.StateOf(secret, version) != KeyVersionState.Destroyed))
        {
            verdicts.Add(new Verdict(name, version.Version, await ReasonAsync(secret, version)));
        }

        return verdicts;
    }

    private async Task<string?> ReasonAsync(SecretRecord secret, SecretVersion version)
    {
        try
        {
            using var opened = await vault.Secrets.OpenAsync(secret, version.Version, CancellationToken.None);
            return null;
        }
        catch (StoreIntegrityException closed)
        {
            return closed.Message;
        }
    }

    private async Task CheckSigningKeysAsync(CheckReport report)
    {
        var store = new SigningKeyStore(database);
        var maker = new SigningKeyMaker(vault.Sealer, vault.AttestationKey, store, clock);
        foreach (var row in store.List())
        {
            string? reason = null;
            try
            {
                using var opened = await maker.OpenAsync(row, CancellationToken.None);
            }
            catch (StoreIntegrityException closed)
            {
                reason = closed.Message;
            }

            report.SigningKeys.Add(new Verdict($"{row.Use} {row.Kid}", 1, reason));
        }
    }

    private void CheckRows(CheckReport report, string table, string key, Func<IDbConnection, string, object?> find)
    {
        var changed = Names(table, key).Where(id => IsChanged(id, find)).ToList();
        changed.ForEach(id => report.Problems.Add($"{table}: the row {id} was changed outside the broker"));
    }

    private bool IsChanged(string id, Func<IDbConnection, string, object?> find)
    {
        try
        {
            return database.Read(connection => find(connection, id)) is null;
        }
        catch (StoreIntegrityException)
        {
            return true;
        }
    }

    private string[] Names(string table, string column) => database.Read(connection =>
        connection.Query<string>($"SELECT {column} FROM {table} ORDER BY {column}").ToArray());
}
