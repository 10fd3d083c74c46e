using System.Text.Json.Nodes;
using Dapper;
using KeyBroker.Administration;
using KeyBroker.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-12 to LIF-18, threats J04 and J06: a key ends late, for good, and leaves nothing.</summary>
public sealed class DestructionTests
{
    [Fact]
    public async Task Nothing_of_the_private_parts_is_left_in_the_files()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=1h");
        await MakeAsync(broker, "web/kept", "ec-p256", null);
        string[] gone = ["web/gone-ec", "web/gone-aes", "web/gone-rsa"];
        foreach (var (name, type) in gone.Zip(["ec-p256", "aes-256", "rsa-2048"]))
        {
            await MakeAsync(broker, name, type, "sealed");
        }

        for (var filler = 0; filler < 60; filler++)
        {
            await MakeAsync(broker, $"web/gone-{filler:d3}x", "hmac-sha256", null); // Pages fill, split, and move what is in them.
        }

        var (kept, wiped) = (Privates(broker, ["web/kept"]), Privates(broker, gone));
        Assert.True(StoredBytes.AreFound(broker.Database, wiped) && wiped.Count > gone.Length);
        foreach (var name in gone)
        {
            await AdministerAsync(broker, name, "suspend");
            var planned = await AdministerAsync(broker, name, "destroy", """{"after":"24h"}""");
            Assert.Equal(("pending-deletion", 2), ((string)planned["state"]!, planned["remains"]!.AsArray().Count));
        }

        await PassAsync(broker, clock, TimeSpan.FromHours(25));
        Assert.True(StoredBytes.AreFound(broker.Database, kept));
        Assert.False(StoredBytes.AreFound(broker.Database, wiped));
        Assert.All(Privates(broker, gone), Assert.Empty);
        await HoldsTheTombstoneAsync(broker, gone[0]);
    }

    [Fact]
    public async Task A_step_of_the_wall_clock_neither_triggers_nor_extends_it()
    {
        var clock = new SteppedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        await PlanAsync(broker, "web/waits");
        await LookAsync(broker);
        clock.Step(TimeSpan.FromDays(40));
        await LookAsync(broker);
        clock.Step(TimeSpan.FromDays(-80));
        await LookAsync(broker);
        var shown = await ShowAsync(broker, "web/waits");
        Assert.Equal("pending-deletion", (string)shown["state"]!);
        Assert.InRange(int.Parse(((string)shown["destruction"]!["remaining"]!).TrimEnd('s', 'h', 'd', 'm')), 1, 86400);
        Assert.Equal("suspended", (string)(await AdministerAsync(broker, "web/waits", "cancel"))["state"]!);
        await LookAsync(broker);
        Assert.Equal("active", (string)(await AdministerAsync(broker, "web/waits", "resume"))["state"]!);
    }

    [Fact]
    public async Task A_legal_hold_stands_in_its_way_and_the_wait_stands_still_under_it()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        await PlanAsync(broker, "web/held");
        await AdministerAsync(broker, "web/held", "hold", """{"reason":"case 7"}""");
        await PassAsync(broker, clock, TimeSpan.FromHours(100));
        await AdministerAsync(broker, "web/held", "unhold");
        await PassAsync(broker, clock, TimeSpan.FromHours(20));
        Assert.Equal("pending-deletion", (string)(await ShowAsync(broker, "web/held"))["state"]!);
        await PassAsync(broker, clock, TimeSpan.FromHours(5));
        Assert.Equal("destroyed", (string)(await ShowAsync(broker, "web/held"))["state"]!);
    }

    [Fact]
    public async Task A_wait_that_somebody_shortened_in_the_database_never_ends()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        await PlanAsync(broker, "web/edited");
        new BrokerStore(broker).Execute("UPDATE destructions SET remaining = 0");
        await PassAsync(broker, clock, TimeSpan.FromHours(25));
        Assert.Equal("pending-deletion", (string)(await ShowAsync(broker, "web/edited"))["state"]!);
    }

    [Theory]
    [InlineData("""{"after":"23h"}""")]
    [InlineData("""{"after":"86399s"}""")]
    [InlineData("""{"after":"3651d"}""")]
    [InlineData("""{"after":"P30D"}""")]
    [InlineData("""{"after":30}""")]
    [InlineData("""{"at":"2030-01-01T00:00:00Z"}""")]
    public async Task A_wait_that_is_none_is_refused(string body)
    {
        await using var broker = await RunningBroker.StartAsync();
        await MakeAsync(broker, "web/short", "aes-256", null);
        await AdministerAsync(broker, "web/short", "suspend");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AdministerAsync(broker, "web/short", "destroy", body));
        Assert.Contains("request-malformed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latches_turn_one_way()
    {
        await using var broker = await RunningBroker.StartAsync();
        await MakeAsync(broker, "web/latched", "ec-p256", null);
        await AdministerAsync(broker, "web/latched", "settings", """{"deletionProtection":true,"exportable":false}""");
        foreach (var back in new[] { """{"deletionProtection":false}""", """{"exportable":true}""" })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AdministerAsync(broker, "web/latched", "settings", back));
            Assert.Contains("key-state", refused.Message, StringComparison.Ordinal);
        }

        Assert.True((bool)(await ShowAsync(broker, "web/latched"))["deletionProtection"]!);
    }

    private static async Task HoldsTheTombstoneAsync(RunningBroker broker, string name)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        machine.Ahead = TimeSpan.FromHours(25);
        (await machine.CallAsync("GET", "/v1/keys/" + Uri.EscapeDataString(name))).IsRefused(410, "destroyed");
        (await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"ec-p256"}""")).IsRefused(409, "exists");
        Assert.NotNull((await ShowAsync(broker, name))["versions"]![0]!["publicJwk"]);
        using var connection = Open(broker);
        Assert.True(connection.QuerySingle<long>(
            "SELECT LENGTH(creation_data) * LENGTH(public) FROM key_versions JOIN keys ON keys.id = key_id WHERE name = @name", new { name }) > 0);
    }

    private static async Task PlanAsync(RunningBroker broker, string name)
    {
        await MakeAsync(broker, name, "aes-256", null);
        await AdministerAsync(broker, name, "suspend");
        await AdministerAsync(broker, name, "destroy", """{"after":"24h"}""");
    }

    private static Task<JsonNode> MakeAsync(RunningBroker broker, string name, string type, string? protection)
    {
        var body = new JsonObject { ["name"] = name, ["type"] = type };
        if (protection is not null)
        {
            body["protection"] = protection;
        }

        return broker.AdministerAsync("keys", body.ToJsonString());
    }

    private static Task<JsonNode> AdministerAsync(RunningBroker broker, string name, string verb, string body = "{}") =>
        broker.AdministerAsync($"keys/{Uri.EscapeDataString(name)}/{verb}", body);

    private static async Task<JsonNode> ShowAsync(RunningBroker broker, string name) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/keys/" + Uri.EscapeDataString(name)))!;

    private static async Task PassAsync(RunningBroker broker, MovedClock clock, TimeSpan time)
    {
        await LookAsync(broker);
        clock.Pass(time);
        await LookAsync(broker);
    }

    private static Task LookAsync(RunningBroker broker) =>
        broker.Application.Services.GetRequiredService<ItemHousekeeping>().LookAsync(CancellationToken.None);

    private static SqliteConnection Open(RunningBroker broker) => new($"Data Source={broker.Database};Pooling=False;Default Timeout=10");

    private static List<byte[]> Privates(RunningBroker broker, string[] names)
    {
        using var connection = Open(broker);
        return
        [
            .. connection.Query<byte[]>(
                "SELECT private FROM key_versions JOIN keys ON keys.id = key_id WHERE name IN @names "
                + "UNION ALL SELECT wrapped FROM key_versions JOIN keys ON keys.id = key_id WHERE name IN @names AND wrapped IS NOT NULL", new { names }),
        ];
    }
}
