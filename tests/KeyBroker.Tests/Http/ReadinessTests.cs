using Microsoft.Data.Sqlite;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>TEL-8 and TEL-9: /readyz names every part that is not usable, and a busy TPM is none of them.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task Each_part_is_named_when_it_fails_and_ready_when_it_is_back()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=1s");
        Assert.Empty(await FaultsAsync(broker));

        Execute(broker, "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.Equal(["audit"], await FaultsAsync(broker));
        Execute(broker, "DROP TRIGGER no_audit");

        var moved = broker.Policies + ".away";
        Directory.Move(broker.Policies, moved);
        Assert.Equal(["policies"], await FaultsAsync(broker));
        Directory.Move(moved, broker.Policies);

        using (var connection = Open(broker))
        using (connection.BeginTransaction(deferred: false))
        {
            Assert.Equal(["store", "audit"], await FaultsAsync(broker));
        }

        await broker.Tpm.SuspendAsync();
        Assert.Equal(["tpm"], await FaultsAsync(broker));
        await broker.Tpm.KillAsync();
        Assert.Equal(["tpm"], await FaultsAsync(broker));
        await broker.Tpm.ResetAsync();
        Assert.Empty(await UntilReadyAsync(broker));
    }

    [Fact]
    public async Task A_tpm_with_a_long_unit_of_work_is_ready()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.Tpm.SuspendAsync();
        Assert.Empty(await FaultsAsync(broker));
        await broker.Tpm.ResumeAsync();
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(RunningBroker broker)
    {
        using var response = await broker.Tcp.GetAsync("/readyz", TestContext.Current.CancellationToken);
        var answer = new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "");
        Assert.Equal(200, (int)(await broker.Tcp.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode);
        return answer.Status == 200 ? [] : [.. answer.Json["reasons"]!.AsArray().Select(reason => reason!["path"]!.GetValue<string>())];
    }

    // After a loss the worker pauses before it asks the TPM again.
    private static async Task<IReadOnlyList<string>> UntilReadyAsync(RunningBroker broker)
    {
        var faults = await FaultsAsync(broker);
        for (var attempt = 0; attempt < 50 && faults.Count > 0; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            faults = await FaultsAsync(broker);
        }

        return faults;
    }

    private static void Execute(RunningBroker broker, string sql)
    {
        using var connection = Open(broker);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(RunningBroker broker)
    {
        var connection = new SqliteConnection($"Data Source={broker.Database};Pooling=False;Default Timeout=10");
        connection.Open();
        return connection;
    }
}
