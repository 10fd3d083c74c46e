using System.Diagnostics;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>[AUD-30] (threat L10) A second broker on the database of the first, whatever its state directory, its TPM and the name it knows the file by: it is refused, and the log has no gap.</summary>
public sealed class SharedDatabaseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_broker_on_one_database_is_refused_and_the_log_of_the_first_goes_on()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var (load, database, folder) = (new Load(machine, "shared"), StoredState.Database(broker), broker.NewFolder("other"));
        var running = load.RunAsync();
        File.CreateSymbolicLink(Path.Combine(folder, "link.db"), database);
        foreach (var name in new[] { database, Path.Combine(folder, "link.db"), Path.Combine(folder, "..", "state", "keybroker.db") })
        {
            Assert.StartsWith($"keybrokerd: stop the broker that uses the database {Path.GetFullPath(name)}, or set KeyBroker:Database to another file", await RefusedAsync(broker, folder, name), StringComparison.Ordinal);
        }

        await load.ReachAsync(10);
        load.Stop();
        await running;
        await broker.KillAsync();
        using (var second = Process.Start("ln", [database, Path.Combine(folder, "hard.db")]))
        {
            await second.WaitForExitAsync(Cancellation);
        }

        Assert.Contains("more than one name", await RefusedAsync(broker, folder, Path.Combine(folder, "hard.db")), StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "hard.db"));
        await broker.StartAgainAsync(); // Whoever died holds nothing.
        await Load.CheckAsync(machine, load.Keys, load.Secrets);
        Assert.True(StoredState.AuditLength(database) > load.Acknowledged);
    }

    private static async Task<string> RefusedAsync(BrokerProcess broker, string folder, string database)
    {
        using var second = broker.LaunchWith(
            "--urls=http://127.0.0.1:1", $"--KeyBroker:StateDirectory={folder}/state", $"--KeyBroker:PolicyDirectory={broker.PolicyDirectory}", $"--KeyBroker:Database=sqlite:{database}");
        var error = await second.StandardError.ReadToEndAsync(Cancellation);
        await second.WaitForExitAsync(Cancellation);
        Assert.Equal(1, second.ExitCode);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        return error;
    }
}
