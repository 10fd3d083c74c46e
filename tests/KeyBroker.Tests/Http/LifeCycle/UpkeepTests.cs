using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Vault;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-9, LIF-32 and PRO-11: what the broker does to keys by itself, and what must not keep it from that.</summary>
public sealed class UpkeepTests
{
    private static readonly TimeSpan s_twoHours = TimeSpan.FromHours(2);

    [Theory]
    [InlineData("keys/web%2Fkept/settings", """{"rotation":{"period":"36501d"}}""")]
    [InlineData("keys/web%2Fkept/settings", """{"rotation":{"period":"10000000d"}}""")]
    [InlineData("keys/web%2Fkept/settings", """{"rotation":{"period":"100000000d"}}""")]
    [InlineData("keys/web%2Fkept/destroy", """{"after":"100000000d"}""")]
    [InlineData("secrets/web%2Fkept/destroy", """{"after":"100000000d"}""")]
    public async Task A_duration_beyond_the_calendar_is_400_and_nothing_is_changed(string path, string body)
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/kept","type":"aes-256"}""");
        (await PostAsync(broker, path, body)).IsRefused(400, "request-malformed");
        Assert.Null((await ShowAsync(broker, "kept"))["rotation"]);
        await broker.AdministerAsync("keys/web%2Fkept/settings", """{"rotation":{"period":"36500d"}}""");
        Assert.Equal("36500d", (string)(await ShowAsync(broker, "kept"))["rotation"]!["period"]!);
    }

    [Fact]
    public async Task A_period_that_an_older_version_took_is_shown_and_never_comes()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/old","type":"aes-256"}""");
        await ChangeAsync(broker, "web/old", key => key with { RotationPeriod = TimeSpan.FromDays(10_000_000) });
        var shown = await ShowAsync(broker, "old");
        Assert.Equal("10000000d", (string)shown["rotation"]!["period"]!);
        Assert.Null(shown["rotation"]!["next"]);
        await LookAsync(broker);
        Assert.Equal(1, (int)(await ShowAsync(broker, "old"))["primary"]!);
        Assert.Single(JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/keys", TestContext.Current.CancellationToken))!["items"]!.AsArray());
        await broker.AdministerAsync("keys/web%2Fold/settings", """{"rotation":null}""");
    }

    [Fact]
    public async Task A_key_that_fails_keeps_no_other_from_its_rotation()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await broker.AdministerAsync("keys", $$"""{"name":"web/{{name}}","type":"aes-256"}""");
            await broker.AdministerAsync($"keys/web%2F{name}/settings", """{"rotation":{"period":"1h"}}""");
        }

        // Of a state that there is not: no exception that anybody has thought of.
        await ChangeAsync(broker, "web/b", key => (KeyRecord)key.WithVersions(key.Versions.Select(version => version with { State = "nowhere" })));
        clock.Pass(s_twoHours);
        await LookAsync(broker);
        foreach (var name in new[] { "a", "c" })
        {
            Assert.Equal(2, (int)(await ShowAsync(broker, name))["primary"]!);
        }

        using var alive = await broker.Tcp.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Assert.True(alive.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("deactivate", "{}", "deactivated")]
    [InlineData("revoke", """{"reason":"cessation-of-operation"}""", "deactivated")]
    [InlineData("revoke", """{"reason":"key-compromise"}""", "compromised")]
    [InlineData("suspend", """{"version":1}""", "suspended")]
    public async Task What_somebody_ended_does_not_come_back_by_itself(string verb, string body, string state)
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        await broker.AdministerAsync("keys", """{"name":"web/ended","type":"ec-p256"}""");
        await broker.AdministerAsync("keys/web%2Fended/settings", """{"rotation":{"period":"1h"}}""");
        await broker.AdministerAsync("keys/web%2Fended/" + verb, body);
        clock.Pass(s_twoHours);
        await LookAsync(broker);
        var shown = await ShowAsync(broker, "ended");
        Assert.Equal([state], shown["versions"]!.AsArray().Select(version => (string)version!["state"]!));
    }

    private static Task<KeyRecord> ChangeAsync(RunningBroker broker, string name, Func<KeyRecord, KeyRecord> change)
    {
        var services = broker.Application.Services;
        var keys = services.GetRequiredService<KeyVault>();
        return services.GetRequiredService<Database>().WriteAsync(
            transaction => keys.Change(transaction, name, change), CancellationToken.None);
    }

    private static Task LookAsync(RunningBroker broker) =>
        broker.Application.Services.GetRequiredService<ItemHousekeeping>().LookAsync(CancellationToken.None);

    private static async Task<JsonNode> ShowAsync(RunningBroker broker, string name) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/keys/web%2F" + name))!;

    private static async Task<Answer> PostAsync(RunningBroker broker, string path, string body)
    {
        using var answer = await broker.Admin.PostAsync("/v1/admin/" + path, new StringContent(body, Encoding.UTF8, "application/json"));
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }
}
