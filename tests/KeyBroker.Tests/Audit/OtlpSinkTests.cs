using System.Text.Json.Nodes;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-21] A collector of OTLP logs as a required sink: its word counts, and only all of it.</summary>
public sealed class OtlpSinkTests
{
    private const string Sign = """{"alg":"ES256","message":"AA"}""";

    private static readonly (int Status, string Body)[] s_refusals =
    [
        (503, "{}"),
        (302, "{}"),
        (200, ""),
        (200, "nonsense"),
        (200, "[]"),
        (200, "{\"a\":1,\"a\":2}"),
        (200, "{\"a\":\"\\ud800\"}"),
        (200, "{\"partialSuccess\":\"x\"}"),
        (200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\"}}"),
        (200, "{\"partialSuccess\":{\"rejectedLogRecords\":null}}"),
        (200, "{" + new string(' ', 128 * 1024) + "}"),
    ];

    [Fact]
    public async Task A_collector_has_every_record_and_what_it_does_not_take_does_not_happen()
    {
        await using var collector = await Collector.StartAsync();
        await using var broker = await RunningBroker.StartAsync(
            "--KeyBroker:Audit:Sinks:0:Type=otlp", $"--KeyBroker:Audit:Sinks:0:Endpoint={collector.Url}", "--KeyBroker:Audit:Sinks:0:Required=true");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        var store = new BrokerStore(broker);
        var before = store.Count("audit");
        foreach (var answer in s_refusals)
        {
            collector.Answer = answer;
            (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).IsRefused(503, "audit-unavailable");
            Assert.Equal(503, (int)(await broker.Tcp.GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal(before, store.Count("audit"));
        collector.Answer = (200, "{}");
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        await broker.AdministerAsync("audit/checkpoints");
        var (checkpoints, records) = (collector.Records.Where(IsCheckpoint).ToList(), collector.Records.Where(record => !IsCheckpoint(record)).ToList());
        Assert.Equal((string?)checkpoints[^1]["attributes"]![0]!["value"]!["intValue"], $"{before + 1}");
        Assert.StartsWith("{\"checkpoint\":", (string?)checkpoints[^1]["body"]!["stringValue"], StringComparison.Ordinal);
        var numbers = records.Select(record => (string?)record["attributes"]![0]!["value"]!["intValue"]);
        Assert.Equal(Enumerable.Range(1, (int)before + 1).Select(n => $"{n}"), numbers);
        Assert.Contains("\"op\":\"key.sign\"", (string?)records[^1]["body"]!["stringValue"], StringComparison.Ordinal);
    }

    private static bool IsCheckpoint(JsonNode record) => (string?)record["attributes"]![0]!["key"] == "keybroker.audit.checkpoint.size";
}
