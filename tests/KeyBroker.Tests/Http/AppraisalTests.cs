using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;
using KeyBroker.Tests.Receipts;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>The broker as a verifier for others: what an appraisal says, and what it can never do.</summary>
public sealed class AppraisalTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private readonly RelyingParty _shop = new(broker);

    private static byte[] Nonce => RandomNumberGenerator.GetBytes(16);

    [Fact]
    public async Task Evidence_over_the_relying_partys_nonce_becomes_an_EAR_for_it()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var nonce = Nonce;

        var answer = await _shop.AppraiseAsync(machine, nonce);
        var claims = RelyingParty.Claims(answer).AsObject();

        EarRules.Hold(claims, EarNames.Veraison);
        Assert.Equal(300, (int)answer.Json["expiresIn"]!);
        Assert.Equal((broker.Origin, "shop", machine.Id), ((string?)claims["iss"], (string?)claims["aud"], (string?)claims["sub"]));
        Assert.Equal(Base64Url.Encode(nonce), (string?)claims["eat_nonce"]);
        Assert.Equal("affirming", (string?)claims["submods"]!["tpm"]!["ear.status"]);
        Assert.StartsWith("web-tier@", (string?)claims["submods"]!["tpm"]!["ear.appraisal-policy-id"], StringComparison.Ordinal);
        Assert.Equal(PublicJwk.ParseProofKey(JsonElementOf(SoftwareMachine.Jwk(machine.Proof))).Thumbprint, (string?)claims["keybroker.quotedKeys"]!["cnf"]);
    }

    [Fact]
    public async Task Authentic_evidence_of_a_bad_state_is_contraindicated_with_reasons()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var answer = await _shop.AppraiseAsync(machine, Nonce, evidence => evidence with { Register = (_, _) => new byte[32] });
        var claims = RelyingParty.Claims(answer).AsObject();

        EarRules.Hold(claims, EarNames.Veraison);
        Assert.Equal("contraindicated", (string?)claims["submods"]!["tpm"]!["ear.status"]);
        Assert.Equal(("policy-pcr", 7), ((string?)claims["keybroker.reasons"]![0]!["code"], (int)claims["keybroker.reasons"]![0]!["pcr"]!));
    }

    [Fact]
    public async Task Evidence_that_is_not_authentic_is_refused_as_an_attestation_is()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        using var stranger = new SoftwareMachine(broker);
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { EditSignature = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] }))
            .IsRefused(403, "attestation-denied", "quote-signature");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { Key = stranger.Ak })).IsRefused(403, "attestation-denied", "quote-signature");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { Magic = 1 })).IsRefused(403, "attestation-denied", "quote-magic");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { SwapRuntimeData = text => text.Replace("nonce", "nonce ", StringComparison.Ordinal) }))
            .IsRefused(400, "request-malformed");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { EditExtraData = bytes => new byte[32] })).IsRefused(403, "attestation-denied", "quote-binding");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { EditPcrDigest = bytes => new byte[32] })).IsRefused(403, "attestation-denied", "pcr-digest");
        (await _shop.AppraiseAsync(machine, Nonce, e => e with { EditBody = body => body["eventLog"] = "AAAA" })).IsRefused(403, "attestation-denied", "event-log");
        (await _shop.AppraiseAsync(stranger, Nonce, e => e with { Machine = "sha256-" + new string('0', 64) })).IsRefused(403, "machine-inactive");
        await broker.AdministerAsync($"machines/{machine.Id}/revoke", """{"reason":"stolen"}""");
        (await _shop.AppraiseAsync(machine, Nonce)).IsRefused(403, "machine-inactive");
    }

    [Theory]
    [InlineData(7, 400)]
    [InlineData(8, 200)]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task A_nonce_is_of_8_to_64_bytes(int length, int status)
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        Assert.Equal(status, (await _shop.AppraiseAsync(machine, new byte[length])).Status);
    }

    [Fact]
    public async Task No_appraisal_passes_the_gate_nor_is_it_a_token_that_is_active()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var result = (await _shop.AppraiseAsync(machine, Nonce)).Json["result"]!.GetValue<string>();
        machine.Token = result;

        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        Assert.Equal("""{"active":false}""", (await _shop.IntrospectAsync(result)).Text);
    }

    [Fact]
    public async Task A_client_that_is_named_as_the_broker_is_still_no_way_in()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var kid = KidOf((await _shop.AppraiseAsync(machine, Nonce)).Json["result"]!.GetValue<string>());

        // Another key than the tokens', whatever the audience says.
        Assert.NotEqual(KidOf(machine.Token), kid);
    }

    [Fact]
    public async Task An_appraisal_writes_nothing_and_ends_no_token()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var before = new BrokerStore(broker).Rows();
        var later = machine.Clock with { ResetCount = machine.Clock.ResetCount + 1 };

        Assert.Equal(200, (await _shop.AppraiseAsync(machine, Nonce, evidence => evidence with { Clock = later })).Status);

        Assert.Equal(before, new BrokerStore(broker).Rows());
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        var earlier = machine.Clock with { ResetCount = machine.Clock.ResetCount - 1 };
        (await _shop.AppraiseAsync(machine, Nonce, evidence => evidence with { Clock = earlier })).IsRefused(403, "attestation-denied", "boot-order");
    }

    [Fact]
    public async Task A_nonce_of_the_brokers_is_not_spent_by_it_and_the_quote_for_a_relying_party_is_no_attestation()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var challenge = await machine.ChallengeAsync();
        Assert.Equal(200, (await _shop.AppraiseAsync(machine, challenge)).Status);
        Assert.Equal(200, (await machine.AttestAsync(evidence => evidence with { Nonce = challenge })).Status);

        (await machine.AttestAsync(evidence => evidence with { Nonce = Nonce })).IsRefused(403, "attestation-denied", "nonce-unknown");
    }

    private static string KidOf(string jws) => (string)JsonNode.Parse(Base64Url.Decode(jws.Split('.')[0]))!["kid"]!;

    private static System.Text.Json.JsonElement JsonElementOf(JsonNode node) => System.Text.Json.JsonDocument.Parse(node.ToJsonString()).RootElement;
}
