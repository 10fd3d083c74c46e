using System.Diagnostics;

using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

public sealed class EmbeddedTpmTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keybroker-embedded-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string PidFile => Path.Combine(_folder, "tpm", "swtpm.pid");

    [Fact]
    public async Task State_is_kept_and_the_process_goes_with_the_broker()
    {
        await using var database = Database.Open(Path.Combine(_folder, "keybroker.db"));
        string home;
        int process;
        using (var vault = await OpenAsync(database))
        {
            home = vault.Hierarchy.Home;
            process = int.Parse(await File.ReadAllTextAsync(PidFile, Cancellation), null);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));
        using var again = await OpenAsync(database);
        Assert.Equal(home, again.Hierarchy.Home);
    }

    [Fact]
    public async Task A_killed_process_is_replaced()
    {
        await using var database = Database.Open(Path.Combine(_folder, "keybroker.db"));
        using var vault = await OpenAsync(database);
        using (var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(PidFile, Cancellation), null)))
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }

        var sealedObject = await vault.Sealer.SealAsync([1, 2, 3], "test", Residence.Local);
        using var opened = await vault.Sealer.UnsealAsync(sealedObject, "test", Cancellation);
        Assert.Equal([1, 2, 3], opened.Span.ToArray());
    }

    [Fact]
    public async Task A_process_that_a_killed_broker_left_is_removed()
    {
        using var abandoned = new EmbeddedTpm(_folder);
        using var connection = abandoned.Connect();
        var stale = abandoned.ProcessId!.Value;
        await using var database = Database.Open(Path.Combine(_folder, "keybroker.db"));

        using var vault = await OpenAsync(database);

        Assert.NotEqual(stale, int.Parse(await File.ReadAllTextAsync(PidFile, Cancellation), null));
        Assert.Null(abandoned.ProcessId);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<BrokerVault> OpenAsync(Database database) => BrokerVault.OpenAsync(
        new VaultOptions(VaultOptions.Embedded, _folder), database, TimeProvider.System, Cancellation);
}
