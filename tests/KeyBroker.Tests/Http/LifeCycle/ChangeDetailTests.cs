using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>AUD-28, LIF-17, LIF-31, LIF-33 and LIF-34: what changes leave behind, and what refusals of them say.</summary>
public sealed class ChangeDetailTests
{
    [Fact]
    public async Task The_record_of_a_change_says_what_was_asked_for()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/told","type":"aes-256"}""");
        const string Settings = """{"rotation":{"period":"30d"},"deletionProtection":true,"labels":{"a":"b"}}""";
        await broker.AdministerAsync("keys/web%2Ftold/settings", Settings);
        await broker.AdministerAsync("keys/web%2Ftold/rotate", """{"activate":false}""");
        await broker.AdministerAsync("keys/web%2Ftold/hold", """{"reason":"case 1"}""");
        await broker.AdministerAsync("keys/web%2Ftold/revoke", """{"reason":"superseded","version":1}""");
        var records = (await RecordsAsync(broker)).ToList();
        var settings = records.Single(record => (string)record["op"]! == "key.settings");
        Assert.Equal(
            ["deletionProtection=true", """labels={"a":"b"}""", """rotation={"period":"30d"}"""],
            settings["changes"]!.AsArray().Select(change => (string)change!));
        Assert.Equal(Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(Settings))), (string)settings["req"]!);
        Assert.Equal("activate=false", (string)records.Single(record => (string)record["op"]! == "key.rotate")["changes"]![0]!);
        Assert.Equal("reason=\"case 1\"", (string)records.Single(record => (string)record["op"]! == "key.hold")["changes"]![0]!);
        Assert.Equal("reason=\"superseded\"", (string)records.Single(record => (string)record["op"]! == "key.revoke")["changes"]![0]!);
    }

    [Fact]
    public async Task A_second_hold_is_refused_and_the_first_stays()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/held","type":"aes-256"}""");
        await broker.AdministerAsync("keys/web%2Fheld/hold", """{"reason":"case 1"}""");
        (await PostAsync(broker, "keys/web%2Fheld/hold", """{"reason":"case 2"}""")).IsRefused(409, "key-state");
        Assert.Equal("case 1", (string)(await ShowAsync(broker, "keys/web%2Fheld"))["hold"]!["reason"]!);
    }

    [Fact]
    public async Task A_version_that_was_overtaken_while_it_waited_may_be_ended()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/over","type":"aes-256"}""");
        foreach (var _ in new[] { 2, 3 })
        {
            await broker.AdministerAsync("keys/web%2Fover/rotate", """{"activate":false}""");
        }

        (await PostAsync(broker, "keys/web%2Fover/deactivate", """{"version":2}""")).IsRefused(409, "key-state");
        await broker.AdministerAsync("keys/web%2Fover/rotate");
        (await PostAsync(broker, "keys/web%2Fover/activate", """{"version":2}""")).IsRefused(409, "key-state");
        await broker.AdministerAsync("keys/web%2Fover/deactivate", """{"version":2}""");
        await broker.AdministerAsync("keys/web%2Fover/destroy", """{"version":3}""");
        Assert.Equal(
            ["deactivated", "deactivated", "pending-deletion", "active"],
            (await ShowAsync(broker, "keys/web%2Fover"))["versions"]!.AsArray().Select(version => (string)version!["state"]!));
    }

    [Fact]
    public async Task A_refusal_names_what_the_key_was_made_for()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync("keys", """{"name":"web/signer","type":"ec-p256"}""");
        await broker.AdministerAsync("keys/web%2Fsigner/deactivate");
        var refused = await machine.CallAsync("POST", "/v1/keys/web%2Fsigner/sign", """{"alg":"ES256","message":"AA"}""");
        refused.IsRefused(409, "key-state");
        Assert.Equal(["attestation", "read", "rotate", "verify"], Allowed(refused.Json));
        Assert.Equal(["attestation", "read", "rotate", "sign", "verify"], Allowed((await PostAsync(broker, "keys/web%2Fsigner/resume", "{}")).Json));
    }

    [Fact]
    public async Task What_is_destroyed_is_in_no_list_of_a_machine_and_in_those_of_administrators()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=1h");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        foreach (var name in new[] { "gone", "here" })
        {
            await broker.AdministerAsync("keys", $$"""{"name":"web/{{name}}","type":"aes-256"}""");
        }

        await broker.AdministerAsync("keys/web%2Fgone/suspend");
        await broker.AdministerAsync("keys/web%2Fgone/destroy", """{"after":"24h"}""");
        Assert.Equal(["web/gone", "web/here"], await NamesAsync(machine));
        var housekeeping = broker.Application.Services.GetRequiredService<ItemHousekeeping>();
        await housekeeping.LookAsync(TestContext.Current.CancellationToken);
        clock.Pass(TimeSpan.FromHours(25));
        await housekeeping.LookAsync(TestContext.Current.CancellationToken);
        machine.Ahead += TimeSpan.FromHours(25);
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
        Assert.Equal(["web/here"], await NamesAsync(machine));
        Assert.Equal(2, (await ShowAsync(broker, "keys"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_secret_is_made_only_if_it_is_new_where_that_is_demanded()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await PutAsync(machine, "*")).Status);
        (await PutAsync(machine, "*")).IsRefused(409, "exists");
        (await PutAsync(machine, "\"1\"")).IsRefused(400, "request-malformed");
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PutAsync(machine, "*", "web%2Fmany")));
        Assert.Single(all, answer => answer.Status == 201);
        Assert.Single((await machine.CallAsync("GET", "/v1/secrets/web%2Fnew")).Json["result"]!["versions"]!.AsArray());
    }

    private static Task<Answer> PutAsync(SoftwareMachine machine, string none, string name = "web%2Fnew") => machine.CallAsync(
        "PUT", "/v1/secrets/" + name, """{"value":"AAEC"}""", request => request.Headers.TryAddWithoutValidation("If-None-Match", none));

    private static IEnumerable<string> Allowed(JsonNode problem) => problem["allowed"]!.AsArray().Select(verb => (string)verb!).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> NamesAsync(SoftwareMachine machine) =>
        (await machine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray().Select(item => (string)item!["name"]!);

    private static async Task<JsonNode> ShowAsync(RunningBroker broker, string path) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/" + path))!;

    private static async Task<IEnumerable<JsonNode>> RecordsAsync(RunningBroker broker) =>
        (await ShowAsync(broker, "audit?limit=500"))["items"]!.AsArray().Select(item => JsonNode.Parse((string)item!["record"]!)!);

    private static async Task<Answer> PostAsync(RunningBroker broker, string path, string body)
    {
        using var answer = await broker.Admin.PostAsync("/v1/admin/" + path, new StringContent(body, Encoding.UTF8, "application/json"));
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }
}
