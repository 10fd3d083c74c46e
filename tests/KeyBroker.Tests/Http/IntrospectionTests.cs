using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>RFC 7662: active is what the gate would let in now, and all else is one answer.</summary>
public sealed class IntrospectionTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private readonly RelyingParty _shop = new(broker);

    [Fact]
    public async Task An_active_token_is_described_by_what_it_says()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var claims = JsonNode.Parse(Base64Url.Decode(machine.Token.Split('.')[1]))!;

        var answer = (await _shop.IntrospectAsync(machine.Token)).Json;

        Assert.True((bool)answer["active"]!);
        Assert.Equal("DPoP", (string?)answer["token_type"]);
        Assert.All(["iss", "sub", "aud", "exp", "iat", "jti", "cnf", "keybroker.boot", "keybroker.policies"], name =>
            Assert.True(JsonNode.DeepEquals(claims[name], answer[name]), name));
        Assert.Equal(machine.Name, (string?)answer["keybroker.machine"]);
    }

    [Fact]
    public async Task What_the_gate_would_refuse_is_not_active_and_not_one_word_more()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var revoked = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync($"machines/{revoked.Id}/revoke", """{"reason":"stolen"}""");
        using var rebooted = await SoftwareMachine.AttestedAsync(broker);
        rebooted.Clock = rebooted.Clock with { ResetCount = rebooted.Clock.ResetCount + 1 };
        Assert.Equal(200, (await rebooted.AttestAsync()).Status);
        var parts = machine.Token.Split('.');

        foreach (var token in new[]
        {
            "x", "a.b.c", new string('x', 20_000), machine.Token + "x", $"{parts[0]}.{parts[1]}.{new string('A', 86)}",
            CompactJws.Parse(machine.Token).WithHeader(header => header["alg"] = "none").Unsigned(), revoked.Token, rebooted.Token,
            (await ReceiptAsync(machine)),
        })
        {
            await IsInactiveAsync(_shop, token);
        }
    }

    [Fact]
    public async Task A_token_ends_with_the_policy_that_let_it_in_and_begins_again_with_it()
    {
        const string role = "introspected";
        broker.WritePolicy(role, SoftwareMachine.GoodRegister);
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker, role);
        broker.WritePolicy(role, new string('9', 64));
        await broker.AdministerAsync("policies/reload");
        await IsInactiveAsync(_shop, machine.Token);

        broker.WritePolicy(role, SoftwareMachine.GoodRegister);
        await broker.AdministerAsync("policies/reload");
        Assert.True((bool)(await _shop.IntrospectAsync(machine.Token)).Json["active"]!);
    }

    [Fact]
    public async Task A_token_ends_on_the_second()
    {
        var clock = new MovedClock();
        await using var own = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=30s");
        using var machine = await SoftwareMachine.AttestedAsync(own);
        var shop = new RelyingParty(own);
        Assert.True((bool)(await shop.IntrospectAsync(machine.Token)).Json["active"]!);

        clock.Pass(TimeSpan.FromSeconds(31));
        await IsInactiveAsync(shop, machine.Token);
    }

    [Fact]
    public async Task The_audit_says_who_asked_and_why_it_was_not_active()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync($"machines/{machine.Id}/revoke", """{"reason":"stolen"}""");
        await IsInactiveAsync(_shop, machine.Token);

        var jti = (string)JsonNode.Parse(Base64Url.Decode(machine.Token.Split('.')[1]))!["jti"]!;
        var audit = await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        var record = JsonNode.Parse(audit)!["items"]!.AsArray().Select(entry => (string)entry!["record"]!)
            .Single(text => text.Contains("token.introspect", StringComparison.Ordinal) && text.Contains(jti, StringComparison.Ordinal));
        Assert.Contains("client:shop", record, StringComparison.Ordinal);
        Assert.Contains("machine-inactive", record, StringComparison.Ordinal);
        Assert.DoesNotContain(machine.Token, audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_form_with_one_token_is_refused()
    {
        (await _shop.IntrospectAsync(new StringContent("{}", Encoding.UTF8, "application/json"))).IsRefused(415, "media-type");
        (await _shop.IntrospectAsync(new FormUrlEncodedContent([new("x", "y")]))).IsRefused(400, "request-malformed");
        (await _shop.IntrospectAsync(new FormUrlEncodedContent([new("token", "y"), new("token", "y")]))).IsRefused(400, "request-malformed");
        (await _shop.IntrospectAsync(new FormUrlEncodedContent([new("token", "")]))).IsRefused(400, "request-malformed");
        (await _shop.IntrospectAsync(new FormUrlEncodedContent([new("token", new string('x', 70_000))]))).IsRefused(413, "too-large");
    }

    private static async Task IsInactiveAsync(RelyingParty party, string token)
    {
        var answer = await party.IntrospectAsync(token);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("""{"active":false}""", answer.Text);
    }

    private static async Task<string> ReceiptAsync(SoftwareMachine machine)
    {
        var answer = await machine.CallAsync("GET", "/v1/keys", edit: request =>
        {
            request.Headers.Accept.Clear();
            request.Headers.Accept.ParseAdd("application/jwt");
        });
        Assert.StartsWith("eyJ", answer.Text, StringComparison.Ordinal);
        return answer.Text;
    }
}
