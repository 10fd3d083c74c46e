using System.Text.Json.Nodes;
using KeyBroker.Enrollments;
using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-30 to VER-35: a caller that a verifier vouches for uses keys like a machine, and is ended like one.</summary>
public sealed class VouchedCallerTests
{
    private const string Key = """{"name":"web/vouched","type":"ec-p256"}""";

    [Fact]
    public async Task Uses_keys_and_is_revoked_like_a_machine()
    {
        using var verifier = new FakeVerifier();
        await using var broker = await StartedAsync(verifier);
        using var caller = new PassportCaller(broker, verifier);
        await caller.AttestedAsync();

        var made = await caller.CallAsync("POST", "/v1/keys", Key);
        Assert.True(made.Status == 201, made.Text);
        Assert.StartsWith("verifier:pass:", caller.Id, StringComparison.Ordinal);
        Assert.Equal(caller.Id, made.Json["aud"]!.GetValue<string>());
        var audit = (await AdminAsync(broker, "audit?limit=500"))["items"]!.AsArray();
        Assert.Contains(audit, entry => entry!["record"]!.GetValue<string>() is var record
            && record.Contains("machine.attest", StringComparison.Ordinal) && record.Contains(caller.Id, StringComparison.Ordinal));
        var attested = (await AdminAsync(broker, "attestations"))["items"]![0]!;
        Assert.Equal(("pass", "affirming"), (attested["results"]![0]!["verifier"]!.GetValue<string>(), attested["results"]![0]!["status"]!.GetValue<string>()));

        await broker.AdministerAsync($"machines/{caller.Id}/revoke");
        (await caller.CallAsync("GET", "/v1/keys")).IsRefused(403, "machine-inactive");
        (await caller.AttestAsync()).IsRefused(403, "machine-inactive");
        using var other = new PassportCaller(broker, verifier) { Claims = runtime => Of(runtime, "instance-2") };
        await other.AttestedAsync();

        // Allowed to come again, it does; what it had before stays void.
        await broker.AdministerAsync($"machines/{caller.Id}/re-enroll");
        (await caller.CallAsync("GET", "/v1/keys")).IsRefused(403, "machine-inactive");
        await caller.AttestedAsync();
        Assert.Equal(200, (await caller.CallAsync("GET", "/v1/keys")).Status);
        await broker.AdministerAsync($"machines/{caller.Id}/reset-boot");
        (await caller.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
    }

    /// <summary>VER-32: what revocation is worth where a result names nobody.</summary>
    [Fact]
    public async Task Where_a_result_names_nobody_the_caller_is_its_key_and_another_key_is_another_caller()
    {
        using var verifier = new FakeVerifier();
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass", "ear"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        await caller.AttestedAsync();
        var first = caller.Id;
        await caller.AttestedAsync();
        Assert.Equal(first, caller.Id);
        await broker.AdministerAsync($"machines/{first}/revoke");
        (await caller.AttestAsync()).IsRefused(403, "machine-inactive");

        // The same result of the same verifier, about a new key pair.
        using var again = new PassportCaller(broker, verifier);
        await again.AttestedAsync();
        Assert.NotEqual(first, again.Id);
    }

    /// <summary>VER-32: rows that a verifier could make without end.</summary>
    [Fact]
    public async Task A_row_that_nobody_labelled_leaves_with_its_last_attestation_and_a_denial_makes_none()
    {
        using var verifier = new FakeVerifier();
        await using var broker = await StartedAsync(verifier);
        var store = new BrokerStore(broker);
        using var caller = new PassportCaller(broker, verifier);
        using var kept = new PassportCaller(broker, verifier) { Claims = runtime => Of(runtime, "instance-2") };
        (await caller.AttestAsync(claims => claims["submods"]!["TPM"]!["ear.status"] = "warning")).IsRefused(403, "attestation-denied", "policy-result");
        Assert.Equal(0, store.Count("machines"));

        await caller.AttestedAsync();
        await kept.AttestedAsync();
        await broker.AdministerAsync($"machines/{kept.Id}/labels", """{"labels":{"team":"web"}}""");
        await SweepAsync(broker);
        Assert.Equal(2, store.Count("machines"));
        store.Execute("DELETE FROM attestations");
        await SweepAsync(broker);
        Assert.Equal((0, 1), (store.Count($"machines WHERE id = '{caller.Id}'"), store.Count($"machines WHERE id = '{kept.Id}'")));
    }

    [Fact]
    public async Task Is_selected_by_no_policy_about_machines_and_has_no_tpm()
    {
        using var verifier = new FakeVerifier();
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass", "ear", "SubjectClaim=sub"));
        await VerifyingBroker.AllowAsync(broker, "all", "labels: {}", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        var refused = await caller.AttestAsync();
        refused.IsRefused(403, "attestation-denied");
        Assert.Null(refused.Json["reasons"]);

        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        await caller.AttestedAsync();
        Assert.Equal(201, (await caller.CallAsync("PUT", "/v1/secrets/web%2Fs", """{"generate":{"bytes":16}}""")).Status);
        (await caller.CallAsync("POST", "/v1/secrets/web%2Fs/release", """{"to":{"tpm2":{"parent":"AA","certify":"AA","signature":"AA"}}}"""))
            .IsRefused(422, "operation-unsupported");
    }

    [Fact]
    public async Task Each_use_counts_the_end_of_the_result_and_the_policy_in_force()
    {
        using var verifier = new FakeVerifier();
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock, verifier.Settings("pass", "ear", "SubjectClaim=sub"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        await VerifyingBroker.AllowAsync(broker, "any", "verifiers: [pass]", "[ { verifier: pass, claims: { sub: instance-1 } } ]");
        using var caller = new PassportCaller(broker, verifier);
        var answer = await caller.AttestAsync();
        Assert.Equal(["any", "vouched"], answer.Json["policies"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.InRange(answer.Json["expiresIn"]!.GetValue<int>(), 200, 240); // The token ends with the result.

        Assert.Equal(200, (await caller.CallAsync("GET", "/v1/keys")).Status);
        File.Delete(Path.Combine(broker.Policies, "any.yaml"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, claims: { sub: instance-2 } } ]");
        (await caller.CallAsync("GET", "/v1/keys")).IsRefused(403, "attestation-denied", "policy-result");

        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        Assert.Equal(200, (await caller.CallAsync("GET", "/v1/keys")).Status);
        clock.Pass(TimeSpan.FromSeconds(241));
        caller.Ahead = TimeSpan.FromSeconds(241);
        (await caller.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-expired");
    }

    [Fact]
    public async Task A_quote_and_a_result_beside_it_must_both_hold_and_the_result_may_end_first()
    {
        using var verifier = new FakeVerifier();
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(clock, verifier.Settings("pass"));
        await VerifyingBroker.AllowAsync(broker, "web-tier", "labels: { role: both }, trust: [approved]", "[ { verifier: pass, status: affirming } ]", Pcrs);
        using var machine = await SoftwareMachine.ActiveAsync(broker, "both");

        (await machine.AttestAsync()).IsRefused(403, "attestation-denied", "policy-result");
        (await machine.AttestAsync(e => Bring(e, verifier, "warning"))).IsRefused(403, "attestation-denied", "policy-result");
        (await machine.AttestAsync(e => Bring(e, verifier, "affirming") with { Register = (_, _) => [.. Enumerable.Repeat((byte)0x99, 32)] }))
            .IsRefused(403, "attestation-denied", "policy-pcr");
        (await machine.AttestAsync(e => e with { EditBody = body => body["result"] = verifier.Key.Sign(ResultClaims.Ear([1, 2])) }))
            .IsRefused(403, "attestation-denied", "policy-result");
        var answer = await machine.AttestAsync(e => Bring(e, verifier, "affirming"));
        Assert.True(answer.Status == 200, answer.Text);
        machine.Token = answer.Json["token"]!.GetValue<string>();
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);

        // What it brought has ended by then: a draft is tried as if it brought it again.
        clock.Pass(TimeSpan.FromMinutes(10));
        var draft = VerifyingBroker.Policy("web-tier", "labels: { role: both }, trust: [approved]", "[ { verifier: pass, claims: { sub: instance-2 } } ]", Pcrs);
        var judged = await broker.AdministerAsync("policies/what-if", new JsonObject { ["files"] = new JsonObject { ["a.yaml"] = draft } }.ToJsonString());
        Assert.Equal((1, 0), (judged["losing"]!.GetValue<int>(), judged["gaining"]!.GetValue<int>()));
        var typo = draft.Replace("verifier: pass", "verifier: pas", StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => broker.AdministerAsync(
            "policies/what-if", new JsonObject { ["files"] = new JsonObject { ["a.yaml"] = typo } }.ToJsonString()));
        Assert.Contains("there is no verifier", refused.Message, StringComparison.Ordinal);
    }

    private static Task<bool> SweepAsync(RunningBroker broker) => broker.Application.Services.GetRequiredService<Database>().WriteAsync(
        transaction =>
        {
            MachineRecords.SweepVouched(transaction, TimeProvider.System.GetUtcNow().AddMinutes(1));
            return true;
        },
        TestContext.Current.CancellationToken);

    private static string Pcrs => $"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{SoftwareMachine.GoodRegister}\", label: good }} ] }} ] }}";

    private static EvidenceBuilder Bring(EvidenceBuilder evidence, FakeVerifier verifier, string status) => evidence with
    {
        EditBody = body => body["results"] = new JsonArray(verifier.Key.Sign(
            ResultClaims.Ear(Attestation.Evidence.Base64Url.Decode(body["runtimeData"]!.GetValue<string>()), status))),
    };

    private static JsonObject Of(byte[] runtime, string subject)
    {
        var claims = ResultClaims.Ear(runtime);
        claims["sub"] = subject;
        return claims;
    }

    private static async Task<JsonNode> AdminAsync(RunningBroker broker, string path) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/" + path))!;

    private static async Task<RunningBroker> StartedAsync(FakeVerifier verifier)
    {
        var broker = await RunningBroker.StartAsync(verifier.Settings("pass", "ear", "SubjectClaim=sub"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        return broker;
    }
}
