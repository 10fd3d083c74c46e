using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Attested keys that live in the TPM, and grants that demand one (threats F02, F03).</summary>
public sealed class RecipientTests(RunningBroker broker) : IClassFixture<RunningBroker>, IAsyncLifetime
{
    private const string Secret = "/v1/secrets/rec%2Fs";
    private const string Key = "/v1/keys/rec%2Fk";
    private static readonly JsonObject s_enc = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);

    public async ValueTask InitializeAsync()
    {
        Policy("strict", "recipient: tpm");
        Policy("loose", "to: enc");
        await broker.AdministerAsync("policies/reload");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Shows_in_token_and_record_which_keys_the_tpm_holds()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker, "loose");
        var cnf = CertifiedKey.ForProofs(SoftwareMachine.Jwk(machine.Proof));
        var enc = CertifiedKey.ForDecryption(s_enc);

        Assert.Equal("[]", await TpmKeysAsync(machine, evidence => evidence));
        Assert.Equal("""["cnf","enc"]""", await TpmKeysAsync(machine, evidence => Resident(machine, evidence) with
        {
            CnfMembers = new CertifiedKey { By = machine.Ak, Public = cnf }.Members(),
        }));

        var record = await RecordAsync(machine);
        Assert.Equal(cnf.Name.ToString(), $"{record["tpmKeys"]!["cnf"]}");
        Assert.Equal(enc.Name.ToString(), $"{record["tpmKeys"]!["enc"]}");
    }

    [Fact]
    public async Task A_claim_that_does_not_hold_gets_no_token()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker, "loose");
        (await machine.AttestAsync(evidence => Resident(machine, evidence, key => key with { Certified = Templates.StorageRootKeyEcc })))
            .IsRefused(403, "attestation-denied", "quote-binding");
        (await machine.AttestAsync(evidence => Resident(machine, evidence, key => key with { EditAttest = bytes => [.. bytes, 0] })))
            .IsRefused(400, "evidence-malformed");
    }

    [Fact]
    public async Task A_grant_may_demand_a_recipient_in_the_tpm()
    {
        using var software = await MachineAsync("strict", resident: false);
        using var resident = await MachineAsync("strict", resident: true);
        using var parent = new SoftwareParent();
        Assert.Equal(201, (await software.CallAsync("PUT", Secret, """{"value":"AAEC"}""")).Status);
        Assert.Equal(201, (await software.CallAsync("POST", "/v1/keys", """{"name":"rec/k","type":"aes-256"}""")).Status);
        var ciphertext = $"{(await software.CallAsync("POST", Key + "/encrypt", """{"plaintext":"AAEC"}""")).Json["result"]!["ciphertext"]}";
        var (plain, sealedTo) = ($$"""{"ciphertext":"{{ciphertext}}"}""", $$"""{"ciphertext":"{{ciphertext}}","to":"enc"}""");

        (await software.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")).IsRefused(403, "operation-denied");
        (await software.CallAsync("POST", Key + "/decrypt", sealedTo)).IsRefused(403, "operation-denied");
        (await software.CallAsync("POST", Key + "/decrypt", plain)).IsRefused(403, "operation-denied");
        (await resident.CallAsync("POST", Key + "/decrypt", plain)).IsRefused(403, "operation-denied");

        // Into the TPM is in the TPM, whatever enc is.
        Assert.Equal(200, (await software.CallAsync("POST", Secret + "/release", parent.Body(software))).Status);
        Assert.Equal(200, (await resident.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")).Status);
        Assert.Equal(200, (await resident.CallAsync("POST", Key + "/decrypt", sealedTo)).Status);
    }

    [Fact]
    public async Task A_grant_that_demands_enc_is_content_with_the_tpm()
    {
        using var machine = await MachineAsync("loose", resident: false);
        using var parent = new SoftwareParent();
        Assert.Equal(201, (await machine.CallAsync("PUT", Secret, """{"value":"AAEC"}""")).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", Secret + "/release", parent.Body(machine))).Status);
    }

    [Fact]
    public async Task The_record_says_where_what_was_opened_went() // AUD-27
    {
        using var software = await MachineAsync("loose", resident: false);
        using var resident = await MachineAsync("loose", resident: true);
        using var clear = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent();
        Assert.Equal(201, (await software.CallAsync("PUT", Secret, """{"value":"AAEC"}""")).Status);
        Assert.Equal("enc", await WentToAsync(await software.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")));
        Assert.Equal("enc-tpm", await WentToAsync(await resident.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")));
        Assert.Equal("tpm", await WentToAsync(await software.CallAsync("POST", Secret + "/release", parent.Body(software))));

        await clear.CallAsync("POST", "/v1/keys", """{"name":"web/went","type":"aes-256"}""");
        var encrypted = await clear.CallAsync("POST", "/v1/keys/web%2Fwent/encrypt", """{"plaintext":"AAEC"}""");
        var ciphertext = $"{encrypted.Json["result"]!["ciphertext"]}";
        Assert.Null(await WentToAsync(encrypted));
        var decrypt = $$"""{"ciphertext":"{{ciphertext}}"}""";
        Assert.Equal("clear", await WentToAsync(await clear.CallAsync("POST", "/v1/keys/web%2Fwent/decrypt", decrypt)));
        Assert.Equal("clear", await WentToAsync(await clear.CallAsync("POST", "/v1/keys/web%2Fwent/decrypt", $$"""{"items":[{{decrypt}},{{decrypt}}]}""")));
    }

    [Fact]
    public async Task An_edit_of_the_record_is_seen()
    {
        using var machine = await MachineAsync("strict", resident: false);
        Assert.Equal(201, (await machine.CallAsync("PUT", Secret, """{"value":"AAEC"}""")).Status);

        // Before the broker has read it once, for what it has read it keeps.
        using var fresh = await MachineAsync("strict", resident: false);
        var jti = $"{(await RecordAsync(fresh))["jti"]}";
        new BrokerStore(broker).Execute($$"""UPDATE attestations SET tpm_keys = '{"enc":"000b00"}' WHERE jti = '{{jti}}'""");
        (await fresh.CallAsync("POST", Secret + "/release", """{"to":"enc"}""")).IsRefused(503, "store-unavailable");
        new BrokerStore(broker).Execute($"DELETE FROM attestations WHERE jti = '{jti}'");
    }

    private async Task<SoftwareMachine> MachineAsync(string role, bool resident)
    {
        var machine = await SoftwareMachine.ActiveAsync(broker, role);
        var answer = await machine.AttestAsync(evidence => resident ? Resident(machine, evidence) : evidence with { Enc = s_enc });
        machine.Token = answer.Json["token"]!.GetValue<string>();
        return machine;
    }

    private static EvidenceBuilder Resident(
        SoftwareMachine machine, EvidenceBuilder evidence, Func<CertifiedKey, CertifiedKey>? change = null)
    {
        var key = new CertifiedKey { By = machine.Ak, Public = CertifiedKey.ForDecryption(s_enc) };
        return evidence with { Enc = (change?.Invoke(key) ?? key).Beside(s_enc) };
    }

    private static async Task<string> TpmKeysAsync(SoftwareMachine machine, Func<EvidenceBuilder, EvidenceBuilder> change)
    {
        var token = (await machine.AttestAsync(change)).Json["token"]!.GetValue<string>();
        return JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.Decode(token.Split('.')[1])))!["keybroker.tpmKeys"]!.ToJsonString();
    }

    private async Task<string?> WentToAsync(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        var page = await broker.Admin.GetStringAsync($"/v1/admin/audit?after={answer.Json["seq"]!.GetValue<long>() - 1}&limit=1");
        return (string?)JsonNode.Parse((string)JsonNode.Parse(page)!["items"]![0]!["record"]!)!["recipient"];
    }

    /// <summary>The newest attestation of a machine, as an administrator sees it.</summary>
    private async Task<JsonNode> RecordAsync(SoftwareMachine machine)
    {
        var list = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/attestations?limit=500"))!["items"]!.AsArray();
        return list.First(item => $"{item!["machine"]}" == machine.Id)!;
    }

    private void Policy(string name, string demand) => File.WriteAllText(Path.Combine(broker.Policies, name + ".yaml"), $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: {{name}} }
        spec:
          machines: { labels: { role: {{name}} }, trust: [approved] }
          pcrs:
            require:
              - { pcr: 7, anyOf: [ { value: "{{SoftwareMachine.GoodRegister}}", label: "known good" } ] }
          grants:
            - { keys: ["rec/*"], allow: [create, read, encrypt] }
            - { keys: ["rec/*"], allow: [decrypt], {{demand}} }
            - { secrets: ["rec/*"], allow: [seal, read] }
            - { secrets: ["rec/*"], allow: [release], {{demand}} }
        """);
}
