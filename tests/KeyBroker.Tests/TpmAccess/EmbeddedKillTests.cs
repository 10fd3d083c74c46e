using System.Collections.Concurrent;
using System.Security.Cryptography;

using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>SIGKILL for the embedded TPM at random moments, under load.</summary>
public sealed class EmbeddedKillTests : IDisposable
{
    private const int Kills = 10;
    private const int LongestLifeMilliseconds = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("keybroker-killed-").FullName;
    private readonly ConcurrentBag<(SealedObject Object, byte[] Value)> _acknowledged = [];
    private int _unavailable;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_whatever_fails_is_unavailable()
    {
        await using var database = Database.Open(Path.Combine(_folder, "keybroker.db"));
        string home;
        using (var vault = await OpenAsync(database))
        {
            home = vault.Hierarchy.Home;
            using var end = new CancellationTokenSource();
            var load = Enumerable.Range(0, 4).Select(_ => Task.Run(() => LoadAsync(vault, end.Token), Cancellation)).ToArray();
            await KillAsync();
            await end.CancelAsync();
            await Task.WhenAll(load);
            await AssertAllOpenAsync(vault);
        }

        using var again = await OpenAsync(database);
        Assert.Equal(home, again.Hierarchy.Home);
        await AssertAllOpenAsync(again);
        Assert.NotEmpty(_acknowledged);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Kills} kills, {_acknowledged.Count} acknowledged, 0 lost, {_unavailable} unavailable");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<BrokerVault> OpenAsync(Database database) => BrokerVault.OpenAsync(
        new VaultOptions(VaultOptions.Embedded, _folder), database, TimeProvider.System, Cancellation);

    private async Task KillAsync()
    {
        var before = 0;
        for (var n = 0; n < Kills; n++)
        {
            before = await EmbeddedSwtpm.AwaitAsync(_folder, before);
            await Task.Delay(RandomNumberGenerator.GetInt32(LongestLifeMilliseconds), Cancellation);
            Signal.Kill(before);
        }
    }

    private async Task LoadAsync(BrokerVault vault, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var value = RandomNumberGenerator.GetBytes(16);
            try
            {
                _acknowledged.Add((await vault.Sealer.SealAsync([.. value], "test", Residence.Local), value));
                await vault.Worker.RunAsync(scope => scope.Random(8), end);
            }
            catch (TpmUnavailableException)
            {
                Interlocked.Increment(ref _unavailable);
                await Task.Delay(5, Cancellation);
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }
    }

    private async Task AssertAllOpenAsync(BrokerVault vault)
    {
        while (!await vault.IsReadyAsync(Cancellation))
        {
            await Task.Delay(5, Cancellation);
        }

        foreach (var (made, value) in _acknowledged)
        {
            using var opened = await vault.Sealer.UnsealAsync(made, "test", Cancellation);
            Assert.Equal(value, opened.Span.ToArray());
        }
    }
}
