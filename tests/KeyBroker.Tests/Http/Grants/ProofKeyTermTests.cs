using System.Text.Json.Nodes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-66: grants for callers whose proof key their TPM certified (threat F02: a copied state folder).</summary>
public sealed class ProofKeyTermTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Sign = """{"alg":"ES256","message":"AAEC"}""";

    [Fact]
    public async Task A_key_in_a_file_meets_it_for_no_verb_and_a_certified_one_does()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["pk/*"], allow: [create, verify]""", """keys: ["pk/*"], allow: [read, sign], proofKey: tpm""",
            """secrets: ["pk/*"], allow: [seal, read]""", """secrets: ["pk/*"], allow: [release], proofKey: tpm, to: enc""");
        await CreateAsync(machine, "pk/bound", "ec-p256");
        Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/pk%2Fs", """{"value":"AAEC"}""")).Status);

        var refused = await UseAsync(machine, "pk/bound", "sign", Sign);
        refused.IsRefused(403, "operation-denied");
        Assert.EndsWith("the proof key is none that the machine's TPM certified", refused.Json["title"]!.GetValue<string>(), StringComparison.Ordinal);
        (await UseAsync(machine, "pk/bound", "sign", $$"""{"items":[{{Sign}}]}""")).IsRefused(403, "operation-denied");
        (await machine.CallAsync("GET", "/v1/keys/pk%2Fbound")).IsRefused(403, "operation-denied");
        (await machine.CallAsync("POST", "/v1/secrets/pk%2Fs/release", """{"to":"enc"}""")).IsRefused(403, "operation-denied");
        Assert.Empty((await machine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());

        await AttestAsync(machine, Certified(machine));
        Assert.Equal(200, (await UseAsync(machine, "pk/bound", "sign", Sign)).Status);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys/pk%2Fbound")).Status);
        Assert.Single((await machine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());

        // The next attestation counts by itself: what was certified once does not stick to the machine.
        await AttestAsync(machine, null);
        (await UseAsync(machine, "pk/bound", "sign", Sign)).IsRefused(403, "operation-denied");
    }

    [Fact]
    public async Task Another_grant_without_it_suffices()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["pe/*"], allow: [create, sign]""", """keys: ["pe/*"], allow: [sign], proofKey: tpm""");
        await CreateAsync(machine, "pe/either", "ec-p256");
        Assert.Equal(200, (await UseAsync(machine, "pe/either", "sign", Sign)).Status);
    }

    [Fact]
    public async Task A_claim_of_another_tpms_key_gets_no_token()
    {
        using var machine = await MachineAsync(broker, """keys: ["pk/*"], allow: [sign], proofKey: tpm""");
        using var stranger = SoftwareAttestationKey.EccP256();
        (await machine.AttestAsync(evidence => evidence with { CnfMembers = new CertifiedKey { By = stranger, Public = Public(machine) }.Members() }))
            .IsRefused(403, "attestation-denied", "quote-binding");
    }

    private static async Task AttestAsync(SoftwareMachine machine, JsonObject? members)
    {
        var answer = await machine.AttestAsync(evidence => evidence with { CnfMembers = members });
        Assert.True(answer.Status == 200, answer.Text);
        machine.Token = answer.Json["token"]!.GetValue<string>();
    }

    private static JsonObject Certified(SoftwareMachine machine) => new CertifiedKey { By = machine.Ak, Public = Public(machine) }.Members();

    private static TpmPublic Public(SoftwareMachine machine) => CertifiedKey.ForProofs(SoftwareMachine.Jwk(machine.Proof));
}
