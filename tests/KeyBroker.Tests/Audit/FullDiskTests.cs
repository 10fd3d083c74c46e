using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using KeyBroker.Tests.Telemetry;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-2], [AUD-26] (threats L01, L08) A disk that runs full under the database, and one under a required sink: an alarm before, no effect while, and all well after.</summary>
public sealed class FullDiskTests
{
    private const string Sign = """{"alg":"ES256","message":"AA"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_happens_while_the_disk_of_the_database_is_full()
    {
        using var disk = new SmallDisk(8);
        await using var broker = await RunningBroker.StartAsync(
            $"--KeyBroker:Database=sqlite:{disk.In("keybroker.db")}", "--KeyBroker:Audit:LowSpace=4000000");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/kept","type":"ec-p256"}""")).Status);
        Assert.Contains("\"space\":\"enough\"", await broker.Tcp.GetStringAsync("/readyz", Cancellation), StringComparison.Ordinal);

        // At 80 % of the disk there is an alarm, and everything goes on.
        disk.Fill(leaving: 1_600_000);
        Assert.Contains("\"space\":\"low\"", await broker.Tcp.GetStringAsync("/readyz", Cancellation), StringComparison.Ordinal);
        Assert.Equal(["1"], Gauge.Read(broker, "keybroker.store.low"));
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);

        // What fits before the last byte is used is done and recorded; from the first refusal on nothing is.
        disk.Fill();
        var (done, refused) = (1, 0);
        for (var n = 0; n < 4_000 && refused < 50; n++)
        {
            var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign);
            (done, refused) = (done + (answer.Status == 200 ? 1 : 0), refused + (answer.Status == 503 ? 1 : 0));
            Assert.True(answer.Status == 200 || !answer.Text.Contains("signature\":", StringComparison.Ordinal), answer.Text);
        }

        Assert.Equal(50, refused);
        Assert.Equal(["1"], Gauge.Read(broker, "keybroker.store.low"));
        Assert.Equal(503, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/during","type":"ec-p256"}""")).Status);
        Assert.Equal(503, (await machine.CallAsync("PUT", "/v1/secrets/web%2Fduring", """{"value":"AAAA"}""")).Status);
        disk.MakeRoom();

        Assert.Equal(404, (await machine.CallAsync("GET", "/v1/keys/web%2Fduring")).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);
        var signed = Query(disk, "SELECT COUNT(*) FROM audit WHERE record LIKE '%\"op\":\"key.sign\",\"outcome\":\"done\"%'");
        Assert.Equal(done + 1, signed);
        Counts.Print($"{done} signatures before the disk was full, {refused + 2} refusals while, {signed - done - 1} effects without record");
    }

    [Fact]
    public async Task Nothing_happens_while_the_disk_of_a_required_sink_is_full()
    {
        using var disk = new SmallDisk(1);
        await using var broker = await RunningBroker.StartAsync(
            "--KeyBroker:Audit:Sinks:0:Type=file", $"--KeyBroker:Audit:Sinks:0:Path={disk.In("audit.jsonl")}", "--KeyBroker:Audit:Sinks:0:Required=true");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/kept","type":"ec-p256"}""")).Status);
        disk.Fill();
        var (store, refused, done) = (new BrokerStore(broker), 0, 0);
        for (var n = 0; n < 200 && refused < 50; n++)
        {
            var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign);
            (done, refused) = (done + (answer.Status == 200 ? 1 : 0), refused + (answer.Status == 503 ? 1 : 0));
        }

        Assert.Equal(50, refused);
        disk.MakeRoom();
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);
        var verdict = AuditedStore.Verify(await File.ReadAllLinesAsync(disk.In("audit.jsonl"), Cancellation));
        Assert.Null(verdict.Fault);
        Assert.Equal(store.Count("audit"), verdict.Records);
        Assert.Equal(done + 1, store.Count("audit WHERE record LIKE '%\"op\":\"key.sign\",\"outcome\":\"done\"%'"));
        Counts.Print($"{done} signatures before the disk of a required sink was full, {refused} refusals while, 0 effects without record");
    }

    private static long Query(SmallDisk disk, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={disk.In("keybroker.db")};Pooling=False;Default Timeout=10");
        return Dapper.SqlMapper.QuerySingle<long>(connection, sql);
    }
}
