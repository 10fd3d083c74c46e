using System.Text.Json.Nodes;

namespace KeyBroker.Tests.Http.Api;

/// <summary>Refusals that each need a situation of their own.</summary>
internal sealed class ApiCases(ApiWitness witness, RunningBroker broker)
{
    /// <summary>Listed, and reached only by a race, or by a state that no call of this version brings about.</summary>
    public static readonly string[] NotForced =
    [
        "activate 403 machine-inactive", "activate 409 identity-conflict", "allowReEnrollment 409 identity-conflict",
        "backup 403 operation-denied", "dataKey 409 key-state", "decrypt 409 key-state", "encrypt 409 key-state", "labelMachine 409 identity-conflict",
        "mac 409 key-state", "resetBoot 409 identity-conflict", "rewrap 409 key-state", "rotate 409 key-state", "sealSecret 409 exists",
        "unwrap 409 key-state", "verify 409 key-state", "verifyMac 409 key-state", "wrap 409 key-state",
    ];

    private const string Limited = "limited";
    private const string ShortBody = """{"secret":"AA"}""";

    public async Task AllAsync()
    {
        await EnrolmentAsync();
        await AttestationAsync();
        await KeysAndSecretsAsync();
        await RepetitionAsync();
        await AdministrationAsync();
        await LivesAsync();
        await NamesAsync();
        await CallersAsync();
    }

    private async Task EnrolmentAsync()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var known = ApiWalk.Enrollment(machine);
        await witness.RefuseAsync("409 identity-conflict", "enroll", body: Edited(known, body => body["name"] = "another"));
        await witness.RefuseAsync("403 enrollment-denied", "enroll", body: Edited(known, body => body["ek"] = body["ak"]!.DeepClone()));
        var opened = await witness.SucceedAsync("enroll", body: known);
        await witness.RefuseAsync("403 enrollment-denied", "activate", $"{opened!["id"]}", ShortBody);
        await witness.RefuseAsync("410 enrollment-expired", "activate", $"{opened["id"]}", ShortBody);
        await broker.AdministerAsync($"machines/{machine.Id}/revoke");
        await witness.RefuseAsync("403 machine-inactive", "enroll", body: known);
    }

    private async Task AttestationAsync()
    {
        var machine = witness.Machine!;
        var spent = await ApiWalk.EvidenceAsync(machine);
        await witness.SucceedAsync("attest", body: spent);
        await witness.RefuseAsync("409 challenge-used", "attest", body: spent);
        await witness.RefuseAsync("403 attestation-denied", "attest", body: await ApiWalk.EvidenceAsync(machine, evidence => evidence with { Magic = 1 }));
        await witness.RefuseAsync(
            "400 evidence-malformed", "attest",
            body: await ApiWalk.EvidenceAsync(machine, evidence => evidence with { EditAttest = bytes => [.. bytes, 0] }));
        await witness.RefuseAsync("403 machine-inactive", "attest", body: Edited(spent, body => body["machine"] = "sha256-" + new string('0', 64)));
        await witness.RefuseAsync("422 operation-unsupported", "attest", body: Edited(spent, body => body["imaLog"] = "AA"));
        await AppraisalAsync(machine, spent);
    }

    private async Task AppraisalAsync(SoftwareMachine machine, string good)
    {
        await witness.RefuseAsync("403 attestation-denied", "appraise", body: await ApiWalk.EvidenceAsync(machine, evidence => evidence with { Magic = 1 }));
        await witness.RefuseAsync(
            "400 evidence-malformed", "appraise",
            body: await ApiWalk.EvidenceAsync(machine, evidence => evidence with { EditAttest = bytes => [.. bytes, 0] }));
        await witness.RefuseAsync("403 machine-inactive", "appraise", body: Edited(good, body => body["machine"] = "sha256-" + new string('0', 64)));
        await witness.RefuseAsync("422 operation-unsupported", "appraise", body: Edited(good, body => body["imaLog"] = "AA"));
    }

    private async Task KeysAndSecretsAsync()
    {
        await witness.RefuseAsync("409 exists", "createKey", body: """{"name":"web/ec","type":"ec-p256"}""");
        await witness.RefuseAsync("422 operation-unsupported", "createKey", body: """{"name":"web/x","type":"aes-256","protection":"tpm"}""");
        await witness.RefuseAsync("409 key-state", "sign", ApiWalk.Ec, """{"alg":"ES256","message":"AA","version":1}""");
        await witness.RefuseAsync("400 request-malformed", "mac", ApiWalk.Hmac, """{"message":"AA","version":1}""");
        await witness.RefuseAsync("400 request-malformed", "verifyMac", ApiWalk.Hmac, """{"message":"AA","mac":"AA","version":1}""");
        await witness.RefuseAsync("400 ciphertext-invalid", "decrypt", ApiWalk.Aes, """{"ciphertext":"kb:v1:AAAA"}""");
        foreach (var (id, name) in new[] { ("sign", ApiWalk.Aes), ("verify", ApiWalk.Aes), ("encrypt", ApiWalk.Ec), ("decrypt", ApiWalk.Ec), ("mac", ApiWalk.Ec), ("verifyMac", ApiWalk.Ec),
            ("wrap", ApiWalk.Ec), ("unwrap", ApiWalk.Ec), ("dataKey", ApiWalk.Ec), ("rewrap", ApiWalk.Ec), ("agree", ApiWalk.Ec), ("releaseKey", ApiWalk.Ec) })
        {
            await witness.RefuseAsync("422 operation-unsupported", id, name, ApiRefusals.Body(witness.File.Operations[id]));
        }

        await WrappingAsync();
        await witness.RefuseAsync("400 evidence-malformed", "releaseSecret", ApiWalk.Secret, ApiWalk.Release(witness.Machine!, bytes => [.. bytes, 0]));
        await witness.RefuseAsync("403 operation-denied", "releaseSecret", ApiWalk.Secret, ApiWalk.Release(witness.Machine!, bytes => bytes[..5]));
        await witness.RefuseAsync("400 evidence-malformed", "releaseKey", ApiWalk.Exportable, ApiWalk.Release(witness.Machine!, bytes => [.. bytes, 0]));
        await WithoutEncAsync();
    }

    private async Task WithoutEncAsync()
    {
        var (machine, token) = (witness.Machine!, witness.Machine!.Token);
        machine.Token = (await machine.AttestAsync(evidence => evidence with { Enc = null })).Json["token"]!.GetValue<string>();
        await witness.RefuseAsync("422 operation-unsupported", "releaseSecret", ApiWalk.Secret, """{"to":"enc"}""");
        machine.Token = token;
    }

    private async Task WrappingAsync()
    {
        await witness.RefuseAsync("400 ciphertext-invalid", "unwrap", ApiWalk.Aes, """{"wrapped":"kb:v1:AAAA"}""");
        await witness.RefuseAsync("400 ciphertext-invalid", "rewrap", ApiWalk.Aes, """{"ciphertext":"kb:v1:AAAA"}""");
        foreach (var (id, name) in new[] { ("agree", ApiWalk.Agreement), ("releaseKey", ApiWalk.Exportable) })
        {
            await witness.SucceedAsync("rotate", name);
            var body = ApiRefusals.Body(witness.File.Operations[id])!;
            await witness.RefuseAsync("409 key-state", id, name, body[..^1] + ",\"version\":1}");
        }

        var (machine, token) = (witness.Machine!, witness.Machine!.Token);
        var bare = await machine.AttestAsync(evidence => evidence with { Enc = null });
        machine.Token = bare.Json["token"]!.GetValue<string>();
        await witness.RefuseAsync("422 operation-unsupported", "random", body: """{"bytes":8,"to":"enc"}""");
        machine.Token = token;
    }

    private async Task RepetitionAsync()
    {
        await TwiceAsync("createKey", null, """{"name":"web/one","type":"ec-p256"}""", """{"name":"web/two","type":"ec-p256"}""");
        await TwiceAsync("rotate", ApiWalk.Ec, "{}", "{ }");
        await TwiceAsync("sealSecret", ApiWalk.Secret, """{"value":"AA"}""", """{"value":"AAA"}""");

        async Task TwiceAsync(string id, string? name, string first, string second)
        {
            await witness.SucceedAsync(id, name, first, edit: Keyed);
            await witness.RefuseAsync("409 idempotency-conflict", id, name, second, Keyed);
        }

        static void Keyed(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", "k");
    }

    private async Task AdministrationAsync()
    {
        var machine = witness.Machine!;
        await witness.RefuseAsync("409 exists", "registerMachine", body: $$"""{"machine":"{{machine.Id}}","name":"m-x"}""");
        await witness.RefuseAsync(
            "409 identity-conflict", "registerMachine", body: $$"""{"machine":"sha256-{{new string('b', 64)}}","name":"{{machine.Name}}"}""");
        await witness.RefuseAsync("409 identity-conflict", "approveMachine", machine.Id, "{}");
        await witness.RefuseAsync("422 policy-invalid", "evaluatePolicies", body: """{"files":{"a.yaml":"kind: Nothing"},"jti":"x"}""");
        await witness.RefuseAsync("422 policy-invalid", "whatIfPolicies", body: """{"files":{"a.yaml":"kind: Nothing"}}""");
        var bad = Path.Combine(broker.Policies, "bad.yaml");
        await File.WriteAllTextAsync(bad, "kind: Nothing");
        await witness.RefuseAsync("422 policy-invalid", "reloadPolicies", body: "{}");
        File.Delete(bad);
        await broker.AdministerAsync("policies/reload");
    }

    private async Task LivesAsync()
    {
        await witness.RefuseAsync("409 exists", "adminCreateKey", body: """{"name":"web/lived","type":"aes-256"}""");
        await witness.RefuseAsync("422 operation-unsupported", "adminCreateKey", body: """{"name":"web/x","type":"aes-256","protection":"tpm"}""");
        await witness.RefuseAsync("422 operation-unsupported", "setKey", ApiWalk.Ec, """{"rotation":{"uses":1}}""");
        await witness.RefuseAsync(
            "409 key-state", "sealSecret", ApiWalk.Lived, """{"value":"AA"}""", request => request.Headers.Add("If-Match", "\"0\""));
        await witness.RefuseAsync("409 key-state", "releaseSecret", ApiWalk.Lived, """{"to":"enc","version":1}""");
        foreach (var operation in witness.File.Operations.Values.Where(operation => operation.IsAdministrative && operation.Lists(409, "key-state")))
        {
            await witness.RefuseAsync(
                "409 key-state", operation.Id, ApiWalk.Lived, ApiRefusals.Body(operation), request => request.Headers.Add("If-Match", "\"0\""));
        }
    }

    /// <summary>What nothing is behind is 404 to whoever could use it.</summary>
    private async Task NamesAsync()
    {
        foreach (var operation in witness.File.Operations.Values.Where(operation => operation.Lists(404, "not-found")))
        {
            if (ApiRefusals.Segment(operation) is { } segment)
            {
                await witness.RefuseAsync("404 not-found", operation.Id, segment, ApiRefusals.Body(operation));
            }
        }

        await witness.RefuseAsync("404 not-found", "evaluatePolicies", body: """{"jti":"none"}""");
    }

    private async Task CallersAsync()
    {
        await LimitAsync("wrap");
        using var limited = await SoftwareMachine.AttestedAsync(broker, Limited);
        witness.Machine = limited;
        await RefuseAllAsync("403 operation-denied", operation => operation.Id == "sealSecret" ? "other%2Fx" : ApiRefusals.Segment(operation), but: "wrap");
        await LimitAsync("unwrap");
        await witness.RefuseAsync("403 operation-denied", "wrap", "web%2Fnothing", ApiRefusals.Body(witness.File.Operations["wrap"]));
        broker.WritePolicy(Limited, new string('9', 64), "wrap");
        await broker.AdministerAsync("policies/reload");
        await RefuseAllAsync("403 attestation-denied", ApiRefusals.Segment);
        await broker.AdministerAsync($"machines/{limited.Id}/revoke");
        await RefuseAllAsync("403 machine-inactive", ApiRefusals.Segment);
    }

    /// <summary>Leaves of the keys' verbs only this one, and of the secrets' only the one to seal.</summary>
    private async Task LimitAsync(string verb)
    {
        broker.WritePolicy(Limited, SoftwareMachine.GoodRegister, verb);
        var path = Path.Combine(broker.Policies, Limited + ".yaml");
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("[seal, read, release]", "[seal]", StringComparison.Ordinal));
        await broker.AdministerAsync("policies/reload");
    }

    private async Task RefuseAllAsync(string expected, Func<ApiOperation, string?> segment, string? but = null)
    {
        var code = expected[4..];
        foreach (var operation in witness.File.Operations.Values.Where(operation => operation.NeedsToken && operation.Lists(403, code) && operation.Id != but))
        {
            await witness.RefuseAsync(expected, operation.Id, segment(operation), ApiRefusals.Body(operation));
        }
    }

    private static string Edited(string json, Action<JsonObject> edit)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        edit(body);
        return body.ToJsonString();
    }
}
