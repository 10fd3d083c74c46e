using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>TEL-7: an operation has a bounded time, and the audit tells what became of it.</summary>
public sealed class DeadlineTests
{
    private const string Sign = """{"alg":"ES256","message":"AA"}""";

    [Fact]
    public async Task What_is_not_served_in_time_is_503_and_the_audit_says_what_the_tpm_did()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=1s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/late","type":"ec-p256"}""")).Status);

        await broker.Tpm.SuspendAsync();
        var answers = await Task.WhenAll(SignAsync(machine), SignAsync(machine), SignAsync(machine));
        Assert.All(answers, answer =>
        {
            answer.IsRefused(503, "tpm-unavailable");
            Assert.Contains("Retry-After", answer.Headers, StringComparison.Ordinal);
        });
        Assert.Equal(3, await CountAsync(broker, "failed"));
        Assert.Equal(0, await CountAsync(broker, "discarded"));
        await broker.Tpm.ResumeAsync();

        // The TPM was at one of them; of the two that waited it never heard.
        await UntilAsync(async () => await CountAsync(broker, "discarded") == 1);
        Assert.Equal(200, (await SignAsync(machine)).Status);
        Assert.Equal((3, 1, 1), (await CountAsync(broker, "failed"), await CountAsync(broker, "discarded"), await CountAsync(broker, "done")));
    }

    [Fact]
    public async Task A_key_that_came_late_is_not_there_and_its_name_is_free()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=1s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        const string Key = """{"name":"web/late","type":"ec-p256"}""";

        await broker.Tpm.SuspendAsync();
        (await machine.CallAsync("POST", "/v1/keys", Key)).IsRefused(503, "tpm-unavailable");
        await broker.Tpm.ResumeAsync();

        await UntilAsync(async () => await CountAsync(broker, "discarded", "key.create") == 1);
        (await machine.CallAsync("GET", "/v1/keys/web%2Flate")).IsRefused(404, "not-found");
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key)).Status);
    }

    [Fact]
    public async Task A_name_is_free_also_where_the_late_key_could_not_be_recorded()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=1s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        const string Key = """{"name":"web/late","type":"ec-p256"}""";

        await broker.Tpm.SuspendAsync();
        (await machine.CallAsync("POST", "/v1/keys", Key)).IsRefused(503, "tpm-unavailable");
        Execute(broker, "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
        await broker.Tpm.ResumeAsync();
        await UntilAsync(() => Task.FromResult(Execute(broker, "SELECT COUNT(*) FROM intents") == 0));
        Execute(broker, "DROP TRIGGER no_audit");

        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key)).Status);
    }

    private static long Execute(RunningBroker broker, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={broker.Database};Pooling=False;Default Timeout=10");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    private static Task<Answer> SignAsync(SoftwareMachine machine) => machine.CallAsync("POST", "/v1/keys/web%2Flate/sign", Sign);

    private static async Task<int> CountAsync(RunningBroker broker, string outcome, string operation = "key.sign")
    {
        var text = await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        return JsonNode.Parse(text)!["items"]!.AsArray().Select(item => item!["record"] ?? item)
            .Count(record => IsOne(record!.ToJsonString(), outcome, operation));
    }

    // Whether a record stands in the list as an object or as its canonical text.
    private static bool IsOne(string record, string outcome, string operation)
    {
        var plain = record.Replace("\\u0022", "\"", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);
        return plain.Contains($"\"outcome\":\"{outcome}\"", StringComparison.Ordinal)
            && plain.Contains($"\"op\":\"{operation}\"", StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "it did not come");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
