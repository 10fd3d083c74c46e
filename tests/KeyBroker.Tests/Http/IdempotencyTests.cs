using System.Text.Json.Nodes;
using KeyBroker.Audit;
using KeyBroker.Tests.Http.Grants;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 1: a request that creates, sent again under its Idempotency-Key.</summary>
public sealed class IdempotencyTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Create = """{"name":"web/NAME","type":"ec-p256"}""";

    [Fact]
    public async Task The_same_request_gets_its_first_answer_again_and_happens_once()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var first = await SendAsync(machine, "POST", "/v1/keys", Named("once"), "k1");
        var again = await SendAsync(machine, "POST", "/v1/keys", Named("once"), "k1");
        Assert.Equal((201, 201), (first.Status, again.Status));
        Assert.Equal(Sorted(first), Sorted(again));

        var rotated = await SendAsync(machine, "POST", "/v1/keys/web%2Fonce/rotate", "{}", "k1");
        Assert.Equal(Sorted(rotated), Sorted(await SendAsync(machine, "POST", "/v1/keys/web%2Fonce/rotate", "{}", "k1")));
        Assert.Equal(2, rotated.Json["key"]!["version"]!.GetValue<int>());
        var key = (await machine.CallAsync("GET", "/v1/keys/web%2Fonce")).Json["result"]!;
        Assert.Equal(2, key["primary"]!.GetValue<int>());

        var put = await SendAsync(machine, "PUT", "/v1/secrets/web%2Fonce", """{"generate":{"bytes":32}}""", "k1");
        Assert.Equal(Sorted(put), Sorted(await SendAsync(machine, "PUT", "/v1/secrets/web%2Fonce", """{"generate":{"bytes":32}}""", "k1")));
        Assert.Equal(3, (await machine.CallAsync("POST", "/v1/keys/web%2Fonce/rotate")).Json["key"]!["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Another_body_is_a_conflict_and_another_machine_is_not()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var other = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await SendAsync(machine, "POST", "/v1/keys", Named("mine"), "k2")).Status);
        (await SendAsync(machine, "POST", "/v1/keys", Named("mine2"), "k2")).IsRefused(409, "idempotency-conflict");
        (await SendAsync(other, "POST", "/v1/keys", Named("mine"), "k2")).IsRefused(409, "exists");
        Assert.Equal(201, (await SendAsync(other, "POST", "/v1/keys", Named("theirs"), "k2")).Status);
        (await SendAsync(machine, "POST", "/v1/keys", Named("x"), "bad key")).IsRefused(400, "request-malformed");
        (await SendAsync(machine, "POST", "/v1/keys", Named("x"), new string('k', 256))).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Named("taken"))).Status);
        (await SendAsync(machine, "POST", "/v1/keys", Named("taken"), "k3")).IsRefused(409, "exists");
        Assert.Equal(201, (await SendAsync(machine, "POST", "/v1/keys", Named("free"), "k3")).Status);
    }

    [Fact]
    public async Task Twins_that_run_at_once_make_one_thing()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var created = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(machine, "POST", "/v1/keys", Named("twins"), "k4")));
        Assert.All(created, answer => Assert.Equal(Sorted(created[0]), Sorted(answer)));
        var rotated = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(machine, "POST", "/v1/keys/web%2Ftwins/rotate", "{}", "k4")));
        Assert.All(rotated, answer => Assert.Equal(Sorted(rotated[0]), Sorted(answer)));
        var key = (await machine.CallAsync("GET", "/v1/keys/web%2Ftwins")).Json["result"]!;
        Assert.Equal(2, key["versions"]!.AsArray().Count);
    }

    [Fact]
    public async Task Whoever_may_no_longer_create_gets_no_old_answer()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await SendAsync(machine, "POST", "/v1/keys", Named("withdrawn"), "k5")).Status);
        await broker.AdministerAsync($"machines/{machine.Id}/revoke");
        (await SendAsync(machine, "POST", "/v1/keys", Named("withdrawn"), "k5")).IsRefused(403, "machine-inactive");
    }

    [Fact]
    public async Task A_kept_answer_that_was_edited_is_not_signed_again()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await SendAsync(machine, "POST", "/v1/keys", Named("forged"), "k6")).Status);
        using (var connection = new SqliteConnection($"Data Source={broker.Database};Pooling=False;Default Timeout=10"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE answers SET claims = replace(claims, 'forged', 'better')";
            command.ExecuteNonQuery();
        }

        (await SendAsync(machine, "POST", "/v1/keys", Named("forged"), "k6")).IsRefused(503, "store-unavailable");
    }

    /// <summary>PRO-9. Of the last use that was permitted the answer may be lost as well.</summary>
    [Theory]
    [InlineData("POST", "/v1/keys", """{"name":"gt/last","type":"ec-p256"}""", """keys: ["gt/*"], allow: [create], maxUses: 1""")]
    [InlineData("PUT", "/v1/secrets/gt%2Flast", """{"value":"AAEC"}""", """secrets: ["gt/*"], allow: [seal], maxUses: 1""")]
    public async Task Who_used_up_a_grant_gets_the_last_answer_again(string method, string path, string body, string grant)
    {
        using var machine = await GrantPolicy.MachineAsync(broker, grant);
        var first = await SendAsync(machine, method, path, body, "k7");
        Assert.Equal(201, first.Status);
        Assert.Equal(Sorted(first), Sorted(await SendAsync(machine, method, path, body, "k7")));
        (await SendAsync(machine, method, path, body, "k8")).IsRefused(403, "operation-denied");
        (await machine.CallAsync(method, path, body)).IsRefused(403, "operation-denied");
    }

    [Fact]
    public async Task Who_used_up_a_grant_to_rotate_gets_the_last_answer_again()
    {
        using var machine = await GrantPolicy.MachineAsync(broker, """keys: ["gt/*"], allow: [rotate], maxUses: 1""");
        await broker.AdministerAsync("keys", """{"name":"gt/turned","type":"ec-p256"}""");
        var first = await SendAsync(machine, "POST", "/v1/keys/gt%2Fturned/rotate", "{}", "k9");
        Assert.Equal(Sorted(first), Sorted(await SendAsync(machine, "POST", "/v1/keys/gt%2Fturned/rotate", "{}", "k9")));
        (await machine.CallAsync("POST", "/v1/keys/gt%2Fturned/rotate")).IsRefused(403, "operation-denied");
    }

    private static string Named(string name) => Create.Replace("NAME", name, StringComparison.Ordinal);

    /// <summary>The claims, whatever their order.</summary>
    private static string Sorted(Answer answer)
    {
        Assert.InRange(answer.Status, 200, 299);
        return CanonicalJson.Text(JsonNode.Parse(answer.Text));
    }

    private static Task<Answer> SendAsync(SoftwareMachine machine, string method, string path, string body, string key) =>
        machine.CallAsync(method, path, body, request => request.Headers.TryAddWithoutValidation("Idempotency-Key", key));
}
