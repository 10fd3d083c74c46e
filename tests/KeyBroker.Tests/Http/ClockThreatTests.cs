using System.Text.Json.Nodes;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threats E09, L09: the machine's clock is set back or forward under a running broker, and nothing that ended lives again.</summary>
public sealed class ClockThreatTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Set_back_it_revives_no_token_nonce_or_proof()
    {
        var clock = new SteppedClock();
        await using var broker = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=2s", "--KeyBroker:ChallengeLifetime=1s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var (old, nonce) = (machine.Token, await machine.ChallengeAsync());
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);

        clock.Step(-s_hour);
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-expired");
        (await machine.AttestAsync(evidence => evidence with { Nonce = nonce })).IsRefused(410, "challenge-expired");

        // The caller's clock is right, and so goes on the broker's: all that is new works, once.
        await AttestAsync(machine);
        var proof = machine.MakeProof("GET", broker.Origin + "/v1/keys");
        Assert.Equal(200, (await ShowAsync(machine, proof)).Status);
        clock.Step(-TimeSpan.FromSeconds(30));
        (await ShowAsync(machine, proof)).IsRefused(401, "proof-invalid");
        machine.Token = old;
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-expired");
    }

    [Fact]
    public async Task Set_forward_and_back_it_revives_nothing_either_and_lengthens_no_life()
    {
        var clock = new SteppedClock();
        await using var broker = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=2s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var (old, nonce) = (machine.Token, await machine.ChallengeAsync());
        var proof = machine.MakeProof("GET", broker.Origin + "/v1/keys");
        clock.Step(s_hour);
        (await machine.CallAsync("GET", "/v1/keys", edit: Prove(machine, broker))).IsRefused(401, "token-expired");
        await AttestAsync(machine);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys", edit: Prove(machine, broker))).Status);

        clock.Step(-s_hour);
        var late = machine.Token;
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        (await machine.CallAsync("GET", "/v1/keys", edit: Prove(machine, broker))).IsRefused(401, "token-expired");
        machine.Token = old;
        (await ShowAsync(machine, proof)).IsRefused(401, "token-expired");
        (await machine.AttestAsync(evidence => evidence with { Nonce = nonce })).IsRefused(410, "challenge-expired");
        Assert.NotEqual(old, late);
        await AttestAsync(machine);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys", edit: Prove(machine, broker))).Status);
    }

    [Fact] // AUD-6
    public async Task Set_back_it_leaves_the_order_of_the_audit_and_the_first_record_of_the_next_start_says_so()
    {
        var clock = new SteppedClock();
        await using var broker = await RunningBroker.StartAsync(clock);
        await broker.AdministerAsync("policies/reload");
        clock.Step(-s_hour);
        await broker.AdministerAsync("policies/reload"); // The broker's own clock goes on from where it was.
        await broker.RestartAsync();
        await broker.AdministerAsync("policies/reload");
        await broker.AdministerAsync("policies/reload");

        var page = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken))!;
        var records = page["items"]!.AsArray().Select(item => item!["record"] is JsonObject shown ? shown : JsonNode.Parse((string)item["record"]!)!.AsObject()).ToList();
        Assert.Equal(Enumerable.Range(1, records.Count).Select(seq => (long)seq), records.Select(record => (long)record["seq"]!));
        var back = Assert.Single(records, record => record.ContainsKey("clock"));
        Assert.Equal("back", (string?)back["clock"]);
        Assert.True((long)back["at"]! < (long)records[(int)(long)back["seq"]! - 2]["at"]!);
    }

    private static async Task AttestAsync(SoftwareMachine machine) =>
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();

    private static Task<Answer> ShowAsync(SoftwareMachine machine, string proof) => machine.CallAsync("GET", "/v1/keys", edit: Show(proof));

    // A proof of the hour that the broker believes it is.
    private static Action<HttpRequestMessage> Prove(SoftwareMachine machine, RunningBroker broker) => Show(machine.MakeProof(
        "GET", broker.Origin + "/v1/keys", editClaims: (JsonObject claims) => claims["iat"] = claims["iat"]!.GetValue<long>() + 3600));

    private static Action<HttpRequestMessage> Show(string proof) => request =>
    {
        request.Headers.Remove("DPoP");
        request.Headers.TryAddWithoutValidation("DPoP", proof);
    };
}
