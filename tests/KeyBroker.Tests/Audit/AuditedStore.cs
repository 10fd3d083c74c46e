using System.Text;
using Dapper;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Audit;
using KeyBroker.Configuration;
using KeyBroker.Tests.Vault;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Tests.Audit;

/// <summary>A log with its checkpoints on a real software TPM, which may be stopped, put back and started again.</summary>
internal sealed class AuditedStore : IAsyncDisposable
{
    private readonly VaultFixture _vault;
    private AuditParts? _parts;

    private AuditedStore(VaultFixture vault) => _vault = vault;

    public AuditParts Parts => _parts!;

    public VaultFixture Vault => _vault;

    private string Database => Path.Combine(_vault.Folder, "keybroker.db");

    public static async Task<AuditedStore> StartAsync()
    {
        var store = new AuditedStore(await VaultFixture.StartAsync());
        store._parts = AuditParts.Open(Settings(), store._vault.Database, store._vault.Vault, store._vault.Clock);
        await store.Parts.StartAsync(store._vault.Database, NullLogger.Instance);
        return store;
    }

    public static BrokerSettings Settings(params (string Key, string Value)[] settings) => BrokerSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.ToDictionary(setting => $"KeyBroker:{setting.Key}", setting => (string?)setting.Value)).Build());

    public async Task AppendAsync(int count)
    {
        for (var n = 0; n < count; n++)
        {
            _ = await Parts.Log.AppendAsync(
                new AuditEvent { Operation = "key.sign", Outcome = AuditEvent.Done, Machine = "sha256-aa", Resource = $"keys/web/{n}" }, CancellationToken.None);
        }
    }

    public async Task<SignedCheckpoint> CheckpointAsync() => (await Parts.Maker.MakeAsync(CancellationToken.None))!;

    /// <summary>The lines of an export.</summary>
    public List<string> Export(long after = 0) =>
        [.. new AuditExporter(Parts.Log, Parts.Tree, Parts.Checkpoints, Parts.Maker, Parts.Lines).Lines(after).Select(line => Encoding.UTF8.GetString(line).TrimEnd('\n'))];

    public static LogVerdict Verify(IEnumerable<string> lines, params SignedCheckpoint[] known)
    {
        var bytes = lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToList();
        return LogVerifier.Verify(bytes, new LogExpectations { Known = known, Late = LateCheckpoints.In(bytes) });
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False;Default Timeout=10");
        connection.Execute(sql);
    }

    public string Text(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False;Default Timeout=10");
        return connection.ExecuteScalar<string>(sql)!;
    }

    /// <summary>Stops, and keeps the database as it is now.</summary>
    public async Task<byte[]> StopAndCopyAsync()
    {
        await _vault.CloseAsync();
        return await File.ReadAllBytesAsync(Database);
    }

    /// <summary>Puts a database in the place of the one there is.</summary>
    public async Task PutBackAsync(byte[] database)
    {
        await _vault.CloseAsync();
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
        await File.WriteAllBytesAsync(Database, database);
    }

    /// <summary>Leaves the TPM, and no database.</summary>
    public async Task TakeAwayAsync()
    {
        await _vault.CloseAsync();
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(Database + ending);
        }
    }

    /// <summary>Starts over the state there is, as the broker does.</summary>
    public async Task StartAgainAsync(params (string Key, string Value)[] settings)
    {
        await OpenAsync(settings);
        await Parts.StartAsync(_vault.Database, NullLogger.Instance);
    }

    /// <summary>As far as a start comes that is cut off when it has compared the database with the TPM.</summary>
    public async Task CompareOnlyAsync(params (string Key, string Value)[] settings)
    {
        await OpenAsync(settings);
        await Parts.RollbackCheck.RunAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    private async Task OpenAsync((string Key, string Value)[] settings)
    {
        _ = await _vault.ReopenAsync();
        _parts = AuditParts.Open(Settings(settings), _vault.Database, _vault.Vault, _vault.Clock);
    }
}
