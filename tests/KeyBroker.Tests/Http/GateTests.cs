using System.Security.Cryptography;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 5 over HTTP: what a token is worth, to whom, for how long.</summary>
public sealed class GateTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const int Tries = 600;
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(50);
    private const string Create = """{"name":"web/NAME","type":"ec-p256"}""";

    [Fact]
    public async Task A_missing_token_and_Bearer_are_401_with_a_challenge()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var missing = await machine.CallAsync("GET", "/v1/keys", edit: request => request.Headers.Remove("Authorization"));
        missing.IsRefused(401, "token-missing");
        Assert.Contains("WWW-Authenticate: DPoP", missing.Headers, StringComparison.Ordinal);

        (await machine.CallAsync("GET", "/v1/keys", edit: request => Authorize(request, "Bearer " + machine.Token)))
            .IsRefused(401, "token-invalid");
        (await machine.CallAsync("GET", "/v1/keys", edit: request => Authorize(request, "DPoP " + machine.Token + "x")))
            .IsRefused(401, "token-invalid");
        (await machine.CallAsync("GET", "/v1/keys", edit: request => request.Headers.Remove("DPoP")))
            .IsRefused(401, "proof-invalid");
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
    }

    [Fact]
    public async Task No_token_comes_back_to_life_with_another_key_another_boot_order_or_another_enrolment()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var first = machine.Token;
        await broker.AdministerAsync($"machines/{machine.Id}/reset-boot");
        await AttestAsync(machine);
        await IsDeadAsync(machine, first);

        var second = machine.Token;
        await broker.AdministerAsync($"machines/{machine.Id}/re-enroll");
        Assert.Equal(200, (await machine.EnrollAsync()).Status);
        await AttestAsync(machine);
        await IsDeadAsync(machine, second);
    }

    [Fact]
    public async Task A_refusal_of_somebody_known_is_recorded_with_its_code()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var proof = machine.MakeProof("GET", broker.Origin + "/v1/keys", other);
        (await machine.CallAsync("GET", "/v1/keys", edit: request => Prove(request, proof))).IsRefused(401, "proof-invalid");
        (await machine.CallAsync("POST", "/v1/keys/web%2Fa/sign", """{"x":1}""")).IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", "/v1/keys/web%2Fa/release")).IsRefused(403, "operation-denied");
        (await machine.CallAsync("POST", "/v1/keys/other/sign", "{}")).IsRefused(404, "not-found");
        await broker.AdministerAsync($"machines/{machine.Id}/revoke", """{"reason":"stolen"}""");
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(403, "machine-inactive");

        var audit = await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        var codes = System.Text.Json.Nodes.JsonNode.Parse(audit)!["items"]!.AsArray()
            .Select(entry => entry!.ToJsonString()).Where(entry => entry.Contains(machine.Id, StringComparison.Ordinal)).ToList();
        foreach (var code in new[] { "proof-invalid", "request-malformed", "operation-denied", "not-found", "machine-inactive" })
        {
            Assert.Contains(codes, entry => entry.Contains(code, StringComparison.Ordinal));
        }

        var list = await broker.Admin.GetStringAsync("/v1/admin/machines?limit=500", TestContext.Current.CancellationToken);
        Assert.Contains("\"revokeReason\":\"stolen\"", list, StringComparison.Ordinal);
    }

    /// <summary>What else may be wrong with a proof is in tests/vectors/dpop.</summary>
    [Fact]
    public async Task A_proof_is_of_one_request_by_one_key_once()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var here = broker.Origin + "/v1/keys";
        string[] wrong =
        [
            machine.MakeProof("GET", broker.Origin + "/v1/secrets"),
            machine.MakeProof("GET", "http://elsewhere/v1/keys"),
            machine.MakeProof("POST", here),
            machine.MakeProof("GET", here, other),
            "not-a-proof",
        ];
        await AreRefusedAsync(machine, wrong);

        var good = machine.MakeProof("GET", here);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys", edit: request => Prove(request, good))).Status);

        // And still, now that the key of that header is known.
        await AreRefusedAsync(machine, wrong);
        (await machine.CallAsync("GET", "/v1/keys", edit: request => Prove(request, good))).IsRefused(401, "proof-invalid");
    }

    [Fact]
    public async Task What_no_grant_covers_is_not_found_and_what_some_grant_covers_is_denied()
    {
        broker.WritePolicy("narrow", SoftwareMachine.GoodRegister, "read");
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker, "narrow");
        (await machine.CallAsync("POST", "/v1/keys", Create)).IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", "/v1/keys", Create.Replace("NAME", "a"))).IsRefused(403, "operation-denied");
        (await machine.CallAsync("POST", "/v1/keys/web%2Fa/sign", "{}")).IsRefused(403, "operation-denied");
        (await machine.CallAsync("POST", "/v1/keys/other%2Fa/sign", "{}")).IsRefused(404, "not-found");
        (await machine.CallAsync("GET", "/v1/keys/web%2Fa")).IsRefused(404, "not-found");
        (await machine.CallAsync("GET", "/v1/keys/web%252Fa")).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task A_policy_edited_away_and_a_revoked_machine_end_the_access_at_once()
    {
        broker.WritePolicy("passing", SoftwareMachine.GoodRegister);
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker, "passing");
        var created = await machine.CallAsync("POST", "/v1/keys", Create.Replace("NAME", machine.Name));
        Assert.True(created.Status == 201, created.Text);

        // How soon is the machine's business: a shared one may be late.
        broker.WritePolicy("passing", string.Concat(Enumerable.Repeat("aa", 32)));
        (await UntilAsync(machine, 403)).IsRefused(403, "attestation-denied", "policy-pcr");
        broker.WritePolicy("passing", SoftwareMachine.GoodRegister);
        Assert.Equal(200, (await UntilAsync(machine, 200)).Status);

        var rejected = Rejected();
        File.WriteAllText(Path.Combine(broker.Policies, "bad.yaml"), "kind: [");
        for (var tries = 0; tries < Tries && Rejected() == rejected; tries++)
        {
            await Task.Delay(s_again, TestContext.Current.CancellationToken);
        }

        Assert.NotEqual(rejected, Rejected());
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        File.Delete(Path.Combine(broker.Policies, "bad.yaml"));

        await broker.AdministerAsync($"machines/{machine.Id}/revoke", """{"reason":"stolen"}""");
        var revoked = await machine.CallAsync("GET", "/v1/keys");
        revoked.IsRefused(403, "machine-inactive");
        Assert.Null(revoked.Json["reasons"]);
    }

    private long Rejected() => new BrokerStore(broker).Count("audit WHERE record LIKE '%policy-invalid%'");

    private static async Task<Answer> UntilAsync(SoftwareMachine machine, int status)
    {
        var answer = await machine.CallAsync("GET", "/v1/keys");
        for (var tries = 0; tries < Tries && answer.Status != status; tries++)
        {
            await Task.Delay(s_again, TestContext.Current.CancellationToken);
            answer = await machine.CallAsync("GET", "/v1/keys");
        }

        return answer;
    }

    private static async Task AreRefusedAsync(SoftwareMachine machine, string[] proofs)
    {
        foreach (var proof in proofs)
        {
            (await machine.CallAsync("GET", "/v1/keys", edit: request => Prove(request, proof))).IsRefused(401, "proof-invalid");
        }
    }

    private static void Authorize(HttpRequestMessage request, string value)
    {
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", value);
    }

    private static void Prove(HttpRequestMessage request, string proof)
    {
        request.Headers.Remove("DPoP");
        request.Headers.TryAddWithoutValidation("DPoP", proof);
    }

    private static async Task AttestAsync(SoftwareMachine machine) =>
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();

    private static async Task IsDeadAsync(SoftwareMachine machine, string token)
    {
        var alive = machine.Token;
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        machine.Token = token;
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        machine.Token = alive;
    }
}
