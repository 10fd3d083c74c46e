using System.Text.Json.Nodes;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Http.Api;

/// <summary>Calls every operation of the file once as it should be called, and some in more than one way.</summary>
internal sealed class ApiWalk(ApiWitness witness, RunningBroker broker)
{
    public const string Ec = "web%2Fec";
    public const string Aes = "web%2Faes";
    public const string Hmac = "web%2Fhmac";
    public const string Agreement = "web%2Fagree";
    public const string Exportable = "web%2Fexportable";
    public const string Lived = "web%2Flived";
    public const string Secret = "web%2Fsecret";

    /// <summary>The example of RFC 7517, A.1.</summary>
    public const string Peer =
        """{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}""";

    public async Task EverythingAsync()
    {
        await MachinesAsync();
        await KeysAsync();
        await WrappingAsync();
        await SecretsAsync();
        await PublicAsync();
        await AdministrationAsync();
    }

    /// <summary>A body of evidence that nothing is wrong with, unless asked.</summary>
    public static async Task<string> EvidenceAsync(SoftwareMachine machine, Func<EvidenceBuilder, EvidenceBuilder>? change = null)
    {
        var good = EvidenceBuilder.Good(machine.Ak, await machine.ChallengeAsync()) with
        {
            Machine = machine.Id,
            Cnf = SoftwareMachine.Jwk(machine.Proof),
            Clock = machine.Clock,
        };
        return System.Text.Encoding.UTF8.GetString((change?.Invoke(good) ?? good).Build());
    }

    public static string Enrollment(SoftwareMachine machine) => new JsonObject
    {
        ["name"] = machine.Name,
        ["ek"] = new JsonObject { ["public"] = Attestation.Evidence.Base64Url.Encode(machine.Ek.ToSizedBytes()) },
        ["ak"] = new JsonObject { ["public"] = Attestation.Evidence.Base64Url.Encode(machine.Ak.Public.ToSizedBytes()) },
    }.ToJsonString();

    /// <summary>A body of a release into the TPM, with a statement that was changed before it was signed.</summary>
    public static string Release(SoftwareMachine machine, Func<byte[], byte[]> edit)
    {
        using var parent = new SoftwareParent();
        return parent.Body(machine, key => key with { EditAttest = edit });
    }

    private async Task MachinesAsync()
    {
        using var machine = new SoftwareMachine(broker);
        var opened = (await witness.SucceedAsync("enroll", body: Enrollment(machine)))!;
        var secret = machine.Open(new Answer(201, opened.ToJsonString(), ""), machine.Ak.Public);
        var activation = new JsonObject { ["secret"] = Attestation.Evidence.Base64Url.Encode(secret) };
        var active = await witness.SucceedAsync("activate", $"{opened["id"]}", activation.ToJsonString());
        var id = $"{active!["machine"]}";
        await witness.SucceedAsync("showMachine", id);
        await witness.SucceedAsync("approveMachine", id, """{"labels":{"role":"none"}}""");
        await witness.SucceedAsync("labelMachine", id, """{"labels":{"role":"other"}}""");
        await witness.SucceedAsync("resetBoot", id, "{}");
        await witness.SucceedAsync("revokeMachine", id, """{"reason":"sold"}""");
        await witness.SucceedAsync("allowReEnrollment", id);
        await witness.SucceedAsync("registerMachine", body: $$"""{"machine":"sha256-{{new string('a', 64)}}","name":"named-before"}""");
        await witness.SucceedAsync("challenge", body: "{}");
        await witness.SucceedAsync("challenge");
        await witness.SucceedAsync("attest", body: await EvidenceAsync(witness.Machine!));
        await witness.SucceedAsync("appraise", body: await EvidenceAsync(witness.Machine!));
        await IntrospectAsync(witness.Machine!.Token);
        await IntrospectAsync("none of ours");
    }

    private Task<JsonNode?> IntrospectAsync(string token) => witness.SucceedAsync(
        "introspect", edit: request => request.Content = new FormUrlEncodedContent([new("token", token)]));

    /// <summary>The id of evidence that came with a log and that no policy let in.</summary>
    private async Task<string> DeniedWithLogAsync()
    {
        var answer = await witness.Machine!.AttestAsync(evidence => BootedMachine.Booted(BootLog.Honest(), evidence));
        answer.IsRefused(403, "attestation-denied", "policy-pcr");
        return answer.Json["attestation"]!.GetValue<string>();
    }

    private async Task KeysAsync()
    {
        await witness.SucceedAsync("createKey", body: """{"name":"web/ec","type":"ec-p256","protection":"tpm","labels":{"for":"tests"}}""");
        await witness.SucceedAsync("createKey", body: """{"name":"web/aes","type":"aes-256","residence":"fleet"}""");
        await witness.SucceedAsync("createKey", body: """{"name":"web/hmac","type":"hmac-sha256","operations":["mac","mac-verify"]}""");
        await witness.SucceedAsync("createKey", body: """{"name":"web/jwt","type":"ec-p384"}""", accept: "application/jwt");
        await witness.SucceedAsync("listKeys");
        await witness.SucceedAsync("listKeys", "?limit=1&after=web/aes");
        await witness.SucceedAsync("showKey", Ec);
        await witness.SucceedAsync("attestKey", Ec);
        await witness.SucceedAsync("attestKey", Aes);
        var signed = await witness.SucceedAsync("sign", Ec, """{"alg":"ES256","message":"AA"}""");
        await witness.SucceedAsync("verify", Ec, $$"""{"alg":"ES256","message":"AA","signature":"{{signed!["result"]!["signature"]}}"}""");
        var encrypted = await witness.SucceedAsync("encrypt", Aes, """{"items":[{"plaintext":"AA"},{"plaintext":"","aad":"AA"}]}""");
        var ciphertext = encrypted!["results"]![0]!["ciphertext"];
        await witness.SucceedAsync("decrypt", Aes, $$"""{"ciphertext":"{{ciphertext}}"}""");
        await witness.SucceedAsync("decrypt", Aes, $$"""{"ciphertext":"{{ciphertext}}","to":"enc"}""");
        await witness.SucceedAsync("decrypt", Aes, $$"""{"items":[{"ciphertext":"{{ciphertext}}"},{"ciphertext":"kb:v1:AAAA"}]}""");
        var mac = await witness.SucceedAsync("mac", Hmac, """{"message":"AA"}""");
        await witness.SucceedAsync("verifyMac", Hmac, $$"""{"message":"AA","mac":"{{mac!["result"]!["mac"]}}"}""");
        await witness.SucceedAsync("rotate", Ec, "{}");
        await witness.SucceedAsync("rotate", Hmac);
    }

    private async Task WrappingAsync()
    {
        var wrapped = (await witness.SucceedAsync("wrap", Aes, """{"items":[{"key":"AA"},{"key":"AAAA","aad":"AA"}]}"""))!["results"]![0]!["wrapped"];
        await witness.SucceedAsync("unwrap", Aes, $$"""{"wrapped":"{{wrapped}}"}""");
        await witness.SucceedAsync("unwrap", Aes, $$"""{"items":[{"wrapped":"{{wrapped}}","to":"enc"},{"wrapped":"kb:v1:AAAA"}]}""");
        await witness.SucceedAsync("rewrap", Aes, $$"""{"ciphertext":"{{wrapped}}"}""");
        await witness.SucceedAsync("dataKey", Aes);
        await witness.SucceedAsync("dataKey", Aes, """{"items":[{"bytes":64},{"aad":"AA"}]}""");
        await witness.SucceedAsync("createKey", body: """{"name":"web/agree","type":"ec-p256","operations":["agree"]}""");
        await witness.SucceedAsync("agree", Agreement, $$"""{"peer":{{Peer}}}""");
        await witness.SucceedAsync("createKey", body: """{"name":"web/exportable","type":"rsa-2048","protection":"sealed","exportable":true}""");
        await witness.SucceedAsync("releaseKey", Exportable, """{"to":"enc"}""");
        await witness.SucceedAsync("random", body: """{"bytes":1024}""");
        await witness.SucceedAsync("random", body: """{"bytes":1,"to":"enc"}""");
    }

    private async Task SecretsAsync()
    {
        await witness.SucceedAsync("sealSecret", Secret, """{"generate":{"bytes":32}}""");
        await witness.SucceedAsync("sealSecret", Secret, """{"value":"AAEC"}""");
        await witness.SucceedAsync("listSecrets");
        await witness.SucceedAsync("showSecret", Secret);
        await witness.SucceedAsync("releaseSecret", Secret, """{"to":"enc","version":1}""");
        await witness.SucceedAsync("releaseSecret", Secret, Release(witness.Machine!, bytes => bytes));
    }

    private async Task PublicAsync()
    {
        foreach (var id in new[] { "configuration", "jwks", "signingKeys", "health", "readiness" })
        {
            await witness.SucceedAsync(id);
        }

        await witness.SucceedAsync("attestBroker", body: $$"""{"nonce":"{{new string('A', 43)}}"}""");
        await witness.SucceedAsync("openapi", accept: "*/*");
        await witness.SucceedAsync("docs", accept: "*/*");
        await witness.SucceedAsync("docsAsset", "scalar.js", accept: "*/*");
        await witness.SucceedAsync("docsAsset", "start.js", accept: "*/*");
        await witness.SucceedAsync("metrics", accept: "*/*");
    }

    private async Task SigningKeysAsync()
    {
        var list = await witness.SucceedAsync("listSigningKeys", "?limit=1");
        var kid = $"{list!["items"]![0]!["kid"]}";
        await witness.SucceedAsync("listSigningKeys");
        var csr = $"{(await witness.SucceedAsync("requestCertificate", kid, """{"subject":"CN=keys.example.org"}"""))!["csr"]}";
        await witness.SucceedAsync("requestCertificate", kid);
        using var authority = new TestAuthority();
        await witness.RefuseAsync("422 operation-unsupported", "installCertificate", kid, """{"chain":"none"}""");
        await witness.SucceedAsync("installCertificate", kid, new JsonObject { ["chain"] = authority.Chain(csr) }.ToJsonString());
        await witness.SucceedAsync("jwks");
        await witness.SucceedAsync("signingKeys");
    }

    private async Task AdministrationAsync()
    {
        await SigningKeysAsync();
        foreach (var id in new[] { "listMachines", "adminListKeys", "adminListSecrets", "listVerifiers", "listPolicies", "listAttestations", "listAudit" })
        {
            await witness.SucceedAsync(id);
            await witness.SucceedAsync(id, "?limit=1");
        }

        var denied = await DeniedWithLogAsync();
        await witness.SucceedAsync("showAttestation", denied);
        await witness.SucceedAsync("showEventLog", denied, accept: "*/*");
        await witness.SucceedAsync("adminShowKey", Ec);
        await witness.SucceedAsync("keyAccess", Ec);
        await witness.SucceedAsync("secretAccess", Secret);
        await LivesAsync();
        await SecretLivesAsync();
        await witness.SucceedAsync("reloadPolicies", body: "{}");
        await witness.SucceedAsync(
            "evaluatePolicies",
            body: new JsonObject
            {
                ["machine"] = witness.Machine!.Id,
                ["pcrs"] = new JsonObject { ["sha256"] = new JsonObject { ["7"] = new string('0', 64) } },
            }.ToJsonString());
        await witness.SucceedAsync("evaluatePolicies", body: $$"""{"jti":"{{denied}}","explain":true}""");
        await witness.SucceedAsync("policyFiles");
        await witness.SucceedAsync("policyStatus");
        await witness.SucceedAsync("policyStatus", "?days=1");
        await witness.SucceedAsync("whatIfPolicies", body: """{"files":{},"days":7}""");
        await witness.SucceedAsync("backup", body: "{}", accept: "*/*");
        await AuditAsync();
    }

    private async Task AuditAsync()
    {
        await witness.SucceedAsync("makeAuditCheckpoint");
        await witness.SucceedAsync("makeAuditCheckpoint", body: "{}");
        await witness.SucceedAsync("auditCheckpoint");
        await witness.SucceedAsync("auditConsistency", "?from=1");
        await witness.SucceedAsync("auditConsistency", "?from=0&to=2");
        await witness.SucceedAsync("listAuditCheckpoints", "?limit=1");
        await witness.SucceedAsync("auditProof", "1");
        await witness.SucceedAsync("exportAudit", "?after=3", accept: "*/*");
    }

    private async Task LivesAsync()
    {
        await witness.SucceedAsync("adminCreateKey", body: """{"name":"web/lived","type":"aes-256"}""");
        await witness.SucceedAsync("adminRotate", Lived);
        await witness.SucceedAsync("adminRotate", Lived, """{"activate":false}""");
        await witness.SucceedAsync("activateKey", Lived, "{}");
        await witness.SucceedAsync("setKey", Lived, """{"labels":{"for":"tests"},"minDecryptVersion":2,"rotation":{"period":"90d","uses":1000}}""");
        await witness.SucceedAsync("setKey", Lived, """{"rotation":null}""");
        await witness.SucceedAsync("suspendKey", Lived);
        await witness.SucceedAsync("resumeKey", Lived, "{}");
        await witness.SucceedAsync("deactivateKey", Lived, """{"version":3}""");
        await witness.SucceedAsync("revokeKey", Lived, """{"reason":"key-compromise","compromiseDate":"2026-01-01T00:00:00Z"}""");
        await witness.SucceedAsync("holdKey", Lived, """{"reason":"case 7"}""");
        await witness.SucceedAsync("unholdKey", Lived);
        await witness.SucceedAsync("destroyKey", Lived, """{"version":1,"after":"24h"}""");
        await witness.SucceedAsync("destroyKey", Lived);
        await witness.SucceedAsync("adminShowKey", Lived);
        await witness.SucceedAsync("cancelDestruction", Lived);
    }

    private async Task SecretLivesAsync()
    {
        await witness.SucceedAsync("sealSecret", Lived, """{"value":"AA","labels":{"for":"tests"}}""");
        await witness.SucceedAsync("sealSecret", Lived, """{"value":"AA"}""");
        await witness.SucceedAsync("setSecret", Lived, """{"labels":{},"minVersion":1}""");
        await witness.SucceedAsync("suspendSecret", Lived);
        await witness.SucceedAsync("resumeSecret", Lived, "{}");
        await witness.SucceedAsync("deactivateSecret", Lived, """{"version":2}""");
        await witness.SucceedAsync("revokeSecret", Lived, """{"reason":"key-compromise","compromiseDate":"2026-01-01T00:00:00Z"}""");
        await witness.SucceedAsync("holdSecret", Lived, """{"reason":"case 7"}""");
        await witness.SucceedAsync("unholdSecret", Lived);
        await witness.SucceedAsync("destroySecret", Lived, """{"version":1,"after":"24h"}""");
        await witness.SucceedAsync("destroySecret", Lived);
        await witness.SucceedAsync("adminShowSecret", Lived);
        await witness.SucceedAsync("cancelSecretDestruction", Lived);
    }
}
