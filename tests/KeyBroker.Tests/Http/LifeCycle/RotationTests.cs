using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-5, LIF-9 to LIF-11 and LIF-19: new versions by hand, by age and by use.</summary>
public sealed class RotationTests
{
    private const string Key = "/v1/keys/web%2Frotated";
    private const string AdminKey = "keys/web%2Frotated";

    [Fact]
    public async Task By_period_once_however_long_nobody_looked_and_old_ciphertexts_still_open()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        using var machine = await MachineWithKeyAsync(broker);
        var old = await EncryptAsync(machine);
        await broker.AdministerAsync(AdminKey + "/settings", """{"rotation":{"period":"1h"}}""");
        await LookAsync(broker);
        Assert.Equal(1, await PrimaryAsync(broker));

        clock.Pass(TimeSpan.FromDays(40));
        await LookAsync(broker);
        await LookAsync(broker);
        Assert.Equal(2, await PrimaryAsync(broker));
        var record = (await RecordsAsync(broker)).Last(record => (string)record["op"]! == "key.rotate");
        Assert.Equal(("broker", "period", 2), ((string)record["peer"]!, (string)record["reasons"]![0]!, (int)record["version"]!));

        machine.Ahead = TimeSpan.FromDays(40);
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
        Assert.Equal(200, (await DecryptAsync(machine, old)).Status);
        Assert.StartsWith("kb:v2:", await EncryptAsync(machine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_use_count_soon_after_it_is_reached()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        await broker.AdministerAsync(AdminKey + "/settings", """{"rotation":{"uses":5}}""");
        for (var use = 0; use < 4; use++)
        {
            Assert.StartsWith("kb:v1:", await EncryptAsync(machine), StringComparison.Ordinal);
        }

        await LookAsync(broker);
        Assert.Equal(1, await PrimaryAsync(broker));
        await EncryptAsync(machine);
        await LookAsync(broker); // The service may have been first.
        Assert.Equal(2, await PrimaryAsync(broker));
        Assert.Contains(await RecordsAsync(broker), record => (string?)record["reasons"]?[0] == "uses");
    }

    [Fact] // LIF-10
    public async Task By_a_use_count_that_is_set_after_the_first_use()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        await EncryptAsync(machine);
        await broker.AdministerAsync(AdminKey + "/settings", """{"rotation":{"uses":5}}""");
        await EncryptAsync(machine); // What was counted ahead for the first use is beyond five already.
        await LookAsync(broker);
        Assert.Equal(2, await PrimaryAsync(broker));
    }

    [Fact]
    public async Task A_version_made_ahead_serves_nobody_until_it_is_activated()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        var old = await EncryptAsync(machine);
        var made = await broker.AdministerAsync(AdminKey + "/rotate", """{"activate":false}""");
        Assert.Equal((1, "pre-active"), ((int)made["primary"]!, (string)made["versions"]![1]!["state"]!));
        Assert.StartsWith("kb:v1:", await EncryptAsync(machine), StringComparison.Ordinal);

        var activated = await broker.AdministerAsync(AdminKey + "/activate");
        Assert.Equal(["deactivated", "active"], activated["versions"]!.AsArray().Select(version => (string)version!["state"]!));
        Assert.StartsWith("kb:v2:", await EncryptAsync(machine), StringComparison.Ordinal);
        Assert.Equal(200, (await DecryptAsync(machine, old)).Status);

        await broker.AdministerAsync(AdminKey + "/settings", """{"minDecryptVersion":2}""");
        (await DecryptAsync(machine, old)).IsRefused(409, "key-state");
        await broker.AdministerAsync(AdminKey + "/settings", """{"minDecryptVersion":1}""");
        Assert.Equal(200, (await DecryptAsync(machine, old)).Status);
        (await PostAsync(broker, "settings", """{"minDecryptVersion":3}""")).IsRefused(409, "key-state");
    }

    [Fact]
    public async Task Of_two_that_saw_the_same_state_one_rotates()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        var seen = Tag(await machine.CallAsync("GET", Key));
        var answers = await Task.WhenAll(
            machine.CallAsync("POST", Key + "/rotate", "{}", Match(seen)),
            machine.CallAsync("POST", Key + "/rotate", "{}", Match(seen)),
            PostAsync(broker, "rotate", "{}", seen));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(409, "key-state"));

        var now = Tag(await machine.CallAsync("GET", Key));
        Assert.NotEqual(seen, now);
        using (var shown = await broker.Admin.GetAsync("/v1/admin/" + AdminKey, TestContext.Current.CancellationToken))
        {
            Assert.Equal(now, shown.Headers.ETag!.ToString());
        }

        (await PostAsync(broker, "suspend", "{}", seen)).IsRefused(409, "key-state");
        (await PostAsync(broker, "suspend", "{}", "W/" + now)).IsRefused(409, "key-state");
        Assert.Equal(200, (await PostAsync(broker, "suspend", "{}", $"{seen}, {now}")).Status);
        Assert.Equal(200, (await PostAsync(broker, "resume", "{}", "*")).Status);
        (await PostAsync(broker, "suspend", "{}", "revision")).IsRefused(400, "request-malformed");
        Assert.Equal(2, await PrimaryAsync(broker));
    }

    [Fact]
    public async Task Many_at_once_make_one_version_each_in_order()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => broker.AdministerAsync(AdminKey + "/rotate")));
        var key = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/" + AdminKey, TestContext.Current.CancellationToken))!;
        Assert.Equal(Enumerable.Range(1, 21), key["versions"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Equal(21, (int)key["primary"]!);
        Assert.Single(key["versions"]!.AsArray(), version => (string)version!["state"]! == "active");
    }

    /// <summary>LIF-6.</summary>
    [Fact]
    public async Task Every_change_and_every_refusal_of_one_leaves_its_record()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await MachineWithKeyAsync(broker);
        await broker.AdministerAsync(AdminKey + "/suspend", """{"version":1}""");
        (await PostAsync(broker, "resume", "{}")).IsRefused(409, "key-state");
        var records = (await RecordsAsync(broker)).ToList();
        var (done, denied) = (records[^2], records[^1]);
        Assert.Equal(("key.suspend", "done", 1), ((string)done["op"]!, (string)done["outcome"]!, (int)done["version"]!));
        Assert.Equal(("key.resume", "denied", "key-state"), ((string)denied["op"]!, (string)denied["outcome"]!, (string)denied["code"]!));
        Assert.All([done, denied], record => Assert.Equal("keys/web/rotated", (string)record["resource"]!));
        Assert.All([done, denied], record => Assert.StartsWith("uid:", (string)record["peer"]!, StringComparison.Ordinal));
    }

    private static async Task<SoftwareMachine> MachineWithKeyAsync(RunningBroker broker)
    {
        await broker.AdministerAsync("keys", """{"name":"web/rotated","type":"aes-256","labels":{"for":"rotation"}}""");
        return await SoftwareMachine.AttestedAsync(broker);
    }

    private static Task LookAsync(RunningBroker broker) =>
        broker.Application.Services.GetRequiredService<ItemHousekeeping>().LookAsync(CancellationToken.None);

    private static async Task<int> PrimaryAsync(RunningBroker broker) =>
        (int)JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/" + AdminKey))!["primary"]!;

    private static async Task<string> EncryptAsync(SoftwareMachine machine) =>
        (string)(await machine.CallAsync("POST", Key + "/encrypt", """{"plaintext":"AA"}""")).Json["result"]!["ciphertext"]!;

    private static Task<Answer> DecryptAsync(SoftwareMachine machine, string ciphertext) =>
        machine.CallAsync("POST", Key + "/decrypt", $$"""{"ciphertext":"{{ciphertext}}"}""");

    private static async Task<IEnumerable<JsonNode>> RecordsAsync(RunningBroker broker) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500"))!["items"]!.AsArray()
            .Select(item => JsonNode.Parse((string)item!["record"]!)!);

    private static string Tag(Answer answer) =>
        answer.Headers.Split('\n').Single(line => line.StartsWith("ETag:", StringComparison.OrdinalIgnoreCase))[5..].Trim();

    private static Action<HttpRequestMessage> Match(string tags) => request => request.Headers.TryAddWithoutValidation("If-Match", tags);

    private static async Task<Answer> PostAsync(RunningBroker broker, string verb, string body, string? match = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/admin/{AdminKey}/{verb}")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        if (match is not null)
        {
            Match(match)(request);
        }

        using var answer = await broker.Admin.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }
}
