using System.Security.Cryptography;
using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm.Transports;
using KeyBroker.Vault;

namespace KeyBroker.Benchmarks;

/// <summary>The broker's vault without the broker around it: several callers at once at one TPM, beside the raw rate.</summary>
internal sealed class VaultRates : IAsyncDisposable
{
    private const string Context = "benchmark";
    private const int Uses = 2_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vault-");
    private readonly Swtpm _swtpm;
    private readonly Database _database;
    private BrokerVault? _vault;

    private VaultRates(Swtpm swtpm)
    {
        _swtpm = swtpm;
        _database = Database.Open(Path.Combine(_folder.FullName, "keybroker.db"));
    }

    private BrokerVault Vault => _vault ?? throw new InvalidOperationException("the vault is not open");

    public static async Task<VaultRates> StartAsync()
    {
        var rates = new VaultRates(await Swtpm.StartAsync());
        rates._vault = await BrokerVault.OpenAsync(
            () => TpmConnection.Open(rates._swtpm.Tcti), null, new VaultOptions("benchmark", rates._folder.FullName), rates._database, TimeProvider.System);
        return rates;
    }

    /// <summary>Signatures with one key, each verified before it is given out.</summary>
    public async Task<Func<Task<double>>> SigningAsync()
    {
        var prepared = await Vault.Keys.PrepareAsync(new KeySpec("bench", "ec-p256", Context), CancellationToken.None);
        await _database.WriteAsync(transaction => prepared.Commit(transaction), CancellationToken.None);
        var key = Vault.Keys.Find("bench")!;
        var digest = SHA256.HashData("message"u8);
        return () => RepeatAsync(cancellation => Vault.Signatures.SignAsync(key, "ES256", digest, null, cancellation));
    }

    /// <summary>Something sealed is loaded, opened in an encrypted session, and flushed.</summary>
    public async Task<Func<Task<double>>> UnsealingAsync()
    {
        var made = await Vault.Sealer.SealAsync(new byte[32], Context, Residence.Local);
        return () => RepeatAsync(async cancellation =>
        {
            using var opened = await Vault.Sealer.UnsealAsync(made, Context, Residence.Local, cancellation);
        });
    }

    public async ValueTask DisposeAsync()
    {
        _vault?.Dispose();
        await _database.DisposeAsync();
        await _swtpm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Task<double> RepeatAsync(Func<CancellationToken, Task> use) => Rate.OfEachAsync(
        Enumerable.Range(0, Uses).ToArray(), BrokerRates.Concurrency, (_, cancellation) => use(cancellation));
}
