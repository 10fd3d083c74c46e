using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm.Transports;
using KeyBroker.Vault;

namespace KeyBroker.Tests.Vault;

/// <summary>A vault on a fresh software TPM and a fresh database, which may be closed and opened again.</summary>
public sealed class VaultFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keybroker-vault-").FullName;
    private readonly Swtpm _tpm;
    private BrokerVault? _vault;
    private Database? _database;

    private VaultFixture(Swtpm tpm) => _tpm = tpm;

    internal Swtpm Tpm => _tpm;

    internal string Folder => _folder;

    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    internal Database Database => _database ??= Database.Open(Path.Combine(_folder, "keybroker.db"));

    internal BrokerVault Vault => _vault ?? throw new InvalidOperationException("the vault is not open");

    internal static Task<VaultFixture> StartAsync() => StartAsync(transport => transport);

    /// <param name="wrap">Puts something between the vault and its TPM, from the first start on.</param>
    internal static async Task<VaultFixture> StartAsync(Func<ITpmTransport, ITpmTransport> wrap)
    {
        var fixture = new VaultFixture(await Swtpm.StartAsync());
        await fixture.OpenAsync(() => wrap(TpmConnection.Open(fixture.Tpm.Tcti)));
        return fixture;
    }

    internal Task<BrokerVault> OpenAsync() => OpenAsync(() => TpmConnection.Open(_tpm.Tcti));

    internal async Task<BrokerVault> OpenAsync(Func<ITpmTransport> connect)
    {
        _vault = await BrokerVault.OpenAsync(
            connect, null, new VaultOptions("test", _folder), Database, Clock);
        return _vault;
    }

    internal async Task<BrokerVault> ReopenAsync()
    {
        await CloseAsync();
        return await OpenAsync();
    }

    internal async Task CloseAsync()
    {
        _vault?.Dispose();
        _vault = null;
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _database = null;
    }

    internal Task CommitAsync<T>(Prepared<T> prepared) => Database.WriteAsync(
        transaction =>
        {
            prepared.Commit(transaction);
            return true;
        },
        CancellationToken.None);

    internal Task<KeyRecord> CreateAsync(string name, string type, string? residence = null) =>
        CreateAsync(new KeySpec(name, type, "tests") { Residence = residence });

    internal async Task<KeyRecord> CreateAsync(KeySpec spec)
    {
        await CommitAsync(await Vault.Keys.PrepareAsync(spec, CancellationToken.None));
        return Vault.Keys.Find(spec.Name)!;
    }

    internal async Task<SecretRecord> PutAsync(string name, byte[] value)
    {
        await CommitAsync(await Vault.Secrets.PrepareAsync(new NewSecret(name, value, "tests"), CancellationToken.None));
        return Vault.Secrets.Find(name)!;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _tpm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
