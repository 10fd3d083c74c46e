using System.Text.Json.Nodes;
using Dapper;
using KeyBroker.Administration;
using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Vault;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-22 to LIF-25, threats J06 and J09 of secrets: versions follow one another, callers agree, and an end leaves nothing.</summary>
public sealed class SecretLifeTests
{
    private const string Secret = "/v1/secrets/web%2Fdb";
    private const string Generate = """{"generate":{"bytes":32}}""";

    [Fact]
    public async Task A_new_version_replaces_the_one_before_which_is_still_given_by_its_number()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await PutAsync(machine, """{"value":"AQ","labels":{"for":"tests"}}""");
        await PutAsync(machine, """{"value":"Ag"}""");
        var shown = (await machine.CallAsync("GET", Secret)).Json["result"]!;
        Assert.Equal(["deactivated", "active"], shown["versions"]!.AsArray().Select(version => (string)version!["state"]!));
        Assert.Equal((2, "tests"), ((int)shown["newest"]!, (string)shown["labels"]!["for"]!));
        Assert.Equal(["read", "release", "seal"], shown["allowed"]!.AsArray().Select(verb => (string)verb!));
        Assert.Equal(200, (await ReleaseAsync(machine, 1)).Status);
        await broker.AdministerAsync("secrets/web%2Fdb/settings", """{"minVersion":2,"labels":{"for":"others"}}""");
        (await ReleaseAsync(machine, 1)).IsRefused(409, "key-state");
        Assert.Equal(200, (await ReleaseAsync(machine, 2)).Status);
        await PutAsync(machine, """{"value":"Aw"}""");
        Assert.Equal("others", (string)(await ShowAsync(broker))["labels"]!["for"]!);
        var beyond = await Assert.ThrowsAsync<InvalidOperationException>(
            () => broker.AdministerAsync("secrets/web%2Fdb/settings", """{"minVersion":4}"""));
        Assert.Contains("key-state", beyond.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_put_that_saw_another_state_changes_nothing()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        (await machine.CallAsync("PUT", Secret, Generate, Match("*"))).IsRefused(409, "key-state");
        await PutAsync(machine, Generate);
        var tag = Tag(await machine.CallAsync("GET", Secret));
        Assert.Equal(201, (await machine.CallAsync("PUT", Secret, Generate, Match(tag))).Status);
        (await machine.CallAsync("PUT", Secret, Generate, Match(tag))).IsRefused(409, "key-state");
        Assert.Equal(2, (int)(await ShowAsync(broker))["newest"]!);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("65537")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("\"32\"")]
    public async Task What_is_generated_has_bounds(string bytes)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        (await machine.CallAsync("PUT", Secret, $$$"""{"generate":{"bytes":{{{bytes}}}}}""")).IsRefused(400, "request-malformed");
        foreach (var good in new[] { 1, 65536 })
        {
            await PutAsync(machine, $$$"""{"generate":{"bytes":{{{good}}}}}""");
        }
    }

    [Fact]
    public async Task A_release_that_began_before_a_revocation_gives_nothing_after_it()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await PutAsync(machine, Generate);
        var (vault, database) = (Service<SecretVault>(broker), Service<Database>(broker));
        var used = vault.Find("web/db")!;
        await broker.AdministerAsync("secrets/web%2Fdb/revoke", """{"reason":"key-compromise"}""");
        var refused = await Assert.ThrowsAsync<Attestation.DeniedException>(() => database.WriteAsync(
            transaction => vault.RequireStill(transaction, used, 1, "release"), CancellationToken.None));
        Assert.Equal("key-state", refused.Code);
        (await ReleaseAsync(machine, 1)).IsRefused(409, "key-state");
    }

    [Fact]
    public async Task Nothing_of_a_destroyed_secret_is_left_in_the_files_and_its_name_stays_taken()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=1h");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await PutAsync(machine, Generate);
        await PutAsync(machine, """{"generate":{"bytes":4096}}""");
        await machine.CallAsync("PUT", "/v1/secrets/web%2Fkept", Generate);
        for (var filler = 0; filler < 40; filler++)
        {
            await machine.CallAsync("PUT", $"/v1/secrets/web%2Ff{filler}", Generate); // Pages fill, split, and move what is in them.
        }

        var (kept, wiped) = (Privates(broker, "web/kept"), Privates(broker, "web/db"));
        Assert.True(StoredBytes.AreFound(broker.Database, wiped) && wiped.Count == 3);
        await broker.AdministerAsync("secrets/web%2Fdb/suspend");
        await broker.AdministerAsync("secrets/web%2Fdb/destroy", """{"after":"24h"}""");
        var housekeeping = Service<ItemHousekeeping>(broker);
        await housekeeping.LookAsync(CancellationToken.None);
        clock.Pass(TimeSpan.FromHours(25));
        await housekeeping.LookAsync(CancellationToken.None);

        Assert.True(StoredBytes.AreFound(broker.Database, kept));
        Assert.False(StoredBytes.AreFound(broker.Database, wiped));
        Assert.All(Privates(broker, "web/db"), Assert.Empty);
        Assert.Equal("destroyed", (string)(await ShowAsync(broker))["state"]!);
        using var later = await SoftwareMachine.AttestedAsync(broker);
        later.Ahead = TimeSpan.FromHours(25);
        (await later.CallAsync("GET", Secret)).IsRefused(410, "destroyed");
        (await later.CallAsync("PUT", Secret, Generate)).IsRefused(410, "destroyed");
        (await ReleaseAsync(later, 1)).IsRefused(410, "destroyed");
    }

    private static async Task PutAsync(SoftwareMachine machine, string body) =>
        Assert.Equal(201, (await machine.CallAsync("PUT", Secret, body)).Status);

    private static Task<Answer> ReleaseAsync(SoftwareMachine machine, int version) =>
        machine.CallAsync("POST", Secret + "/release", $$"""{"to":"enc","version":{{version}}}""");

    private static async Task<JsonNode> ShowAsync(RunningBroker broker) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/secrets/web%2Fdb"))!;

    private static string Tag(Answer answer) =>
        answer.Headers.Split('\n').Single(line => line.StartsWith("ETag:", StringComparison.OrdinalIgnoreCase))[5..].Trim();

    private static Action<HttpRequestMessage> Match(string tags) => request => request.Headers.TryAddWithoutValidation("If-Match", tags);

    private static T Service<T>(RunningBroker broker)
        where T : notnull => broker.Application.Services.GetRequiredService<T>();

    private static List<byte[]> Privates(RunningBroker broker, string name)
    {
        using var connection = new SqliteConnection($"Data Source={broker.Database};Pooling=False;Default Timeout=10");
        return
        [
            .. connection.Query<byte[]>(
                "SELECT private FROM secret_versions JOIN secrets ON secrets.id = secret_id WHERE name = @name "
                + "UNION ALL SELECT wrapped FROM secret_versions JOIN secrets ON secrets.id = secret_id WHERE name = @name AND wrapped IS NOT NULL",
                new { name }),
        ];
    }
}
