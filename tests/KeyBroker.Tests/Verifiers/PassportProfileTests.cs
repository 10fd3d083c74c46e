using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-20 to VER-24: every profile takes results in its own names, binds them, and gives policies what they say.</summary>
public sealed class PassportProfileTests
{
    private const string Azure = "claims: { x-ms-attestation-type: sevsnpvm, x-ms-sevsnpvm-is-debuggable: false, x-ms-sevsnpvm-bootloader-svn: { atLeast: 4 } }";

    public static TheoryData<string, string, Func<byte[], JsonObject>, string, string, Action<JsonObject>> Profiles => new()
    {
        { "ear", "ES256", runtime => ResultClaims.Ear(runtime), "status: affirming", "eat_nonce", claims => claims["submods"]!["TPM"]!["ear.status"] = "warning" },
        { "ear-ietf", "ES256", runtime => ResultClaims.IetfEar(runtime), "status: affirming", "eat_nonce", claims => claims["submods"]!["TPM"]!["ear_status"] = "contraindicated" },
        { "oidc", "RS256", ResultClaims.Oidc, "claims: { dbgstat: disabled-since-boot }", "cnf", claims => claims["dbgstat"] = "enabled" },
        { "maa", "RS256", ResultClaims.Azure, Azure, "x-ms-runtime", claims => claims["x-ms-sevsnpvm-bootloader-svn"] = 3 },
        { "intel-ita", "PS384", ResultClaims.Intel, "status: affirming, claims: { tdx_is_debuggable: false }", "attester_held_data", claims => claims["attester_tcb_status"] = "OutOfDate" },
    };

    [Theory, MemberData(nameof(Profiles), DisableDiscoveryEnumeration = true)]
    public async Task Takes_its_claims_and_refuses_them_unbound_or_worse(
        string profile, string algorithm, Func<byte[], JsonObject> claims, string asked, string bound, Action<JsonObject> worsen)
    {
        using var verifier = new FakeVerifier(algorithm == "ES256" ? null : VerifierKeyPair.Rsa("rsa", algorithm));
        string[] more = profile == "maa" ? ["Audience=-"] : [];
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("v", profile, more));
        await VerifyingBroker.AllowAsync(broker, "p", "verifiers: [v]", $"[ {{ verifier: v, {asked} }} ]");
        using var caller = new PassportCaller(broker, verifier) { Claims = claims };

        await caller.AttestedAsync();
        (await caller.AttestAsync(worsen)).IsRefused(403, "attestation-denied", "policy-result");
        var answer = await caller.AttestAsync(changed => changed.Remove(bound));
        answer.IsRefused(403, "attestation-denied", "policy-result");
        Assert.Equal(bound, answer.Json["reasons"]![0]!["path"]!.GetValue<string>());
        (await caller.AttestAsync(editHeader: header => header["jku"] = verifier.Jwks + "2")).IsRefused(403, "attestation-denied", "policy-result");

        // Azure and Intel name their keys in each token; it changes nothing as long as it is true.
        Assert.Equal(200, (await caller.AttestAsync(editHeader: header => header["jku"] = verifier.Jwks)).Status);
    }

    [Fact]
    public async Task Takes_the_keys_of_azure_which_are_certificates_only()
    {
        using var verifier = new FakeVerifier(VerifierKeyPair.Rsa("J0pAPdfXXHqWWimgrH853wMIdh5/fLe1z6uSXYPXCa0=", "RS256"));
        var request = new CertificateRequest("CN=attest", (RSA)verifier.Key.Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        verifier.PublishRaw(new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)),
                ["kid"] = verifier.Key.Kid,
                ["kty"] = "RSA",
            }),
        }.ToJsonString());
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("maa", "maa", "Audience=-"));
        await VerifyingBroker.AllowAsync(broker, "p", "verifiers: [maa]", $"[ {{ verifier: maa, {Azure} }} ]");
        using var caller = new PassportCaller(broker, verifier) { Claims = ResultClaims.Azure };

        await caller.AttestedAsync();
    }

    [Fact]
    public async Task Takes_nonce_and_key_from_where_a_deployment_has_them()
    {
        using var verifier = new FakeVerifier();
        const string Key = "/submods/TPM/ear.veraison.key-attestation/akpub";
        await using var broker = await RunningBroker.StartAsync(
            verifier.Settings("v", "ear", $"KeyClaim={Key}", "NonceClaim=/guest/client-payload/nonce", "EncClaim=/guest/enc"));
        await VerifyingBroker.AllowAsync(broker, "p", "verifiers: [v]", "[ { verifier: v, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier) { Claims = Elsewhere, Enc = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256) };

        await caller.AttestedAsync();
        (await caller.AttestAsync(claims => claims["guest"]!.AsObject().Remove("enc"))).IsRefused(403, "attestation-denied", "policy-result");
        (await caller.AttestAsync(claims => claims["submods"]!["TPM"]!["ear.veraison.key-attestation"]!["akpub"] = "AAAA"))
            .IsRefused(403, "attestation-denied", "policy-result");
        (await caller.AttestAsync(claims => claims["guest"]!["client-payload"]!["nonce"] = "AAAA")).IsRefused(403, "attestation-denied", "policy-result");
        await caller.AttestedAsync();
    }

    private static JsonObject Elsewhere(byte[] runtime)
    {
        var data = RuntimeData.Parse(runtime);
        var claims = ResultClaims.Ear(runtime);
        using var key = data.Cnf.ToEcdsa();
        claims["submods"]!["TPM"]!["ear.veraison.key-attestation"] = new JsonObject { ["akpub"] = Base64Url.Encode(key.ExportSubjectPublicKeyInfo()) };
        claims["guest"] = new JsonObject
        {
            ["client-payload"] = new JsonObject { ["nonce"] = Convert.ToBase64String(data.Nonce) },
            ["enc"] = JsonNode.Parse(data.Enc!.ToJson()),
        };
        return claims;
    }
}
