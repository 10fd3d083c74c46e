using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>Tokens and appraisals are EARs of the profile that is configured.</summary>
public sealed class EarTests(SigningFixture signing) : IClassFixture<SigningFixture>
{
    private const int LongestIssuer = 256;

    public static TheoryData<string> Namings => ["veraison", "ietf"];

    [Theory, MemberData(nameof(Namings))]
    public void A_token_is_an_EAR(string naming)
    {
        var names = EarNames.Find(naming)!;
        var token = CompactJws.Parse(new TokenIssuer(signing.Keys, SigningFixture.Issuer, names).Issue(signing.Content(TimeSpan.FromMinutes(5))));

        Assert.Equal(["alg", "kid", "typ"], Json(token.Header).Select(member => member.Key).Order(StringComparer.Ordinal));
        EarRules.Hold(Json(token.Payload), names);
        Assert.Equal("affirming", (string?)Json(token.Payload)["submods"]!["tpm"]![names.Status]);
    }

    [Theory, MemberData(nameof(Namings))]
    public void The_gate_reads_a_token_under_either_naming(string naming)
    {
        var issuer = new TokenIssuer(signing.Keys, SigningFixture.Issuer, EarNames.Find(naming)!);
        Assert.Equal("jti-1", signing.Verifier.Verify(issuer.Issue(signing.Content(TimeSpan.FromMinutes(5)))).Jti);
    }

    [Theory, MemberData(nameof(Namings))]
    public void The_largest_token_is_under_4_KiB_and_names_as_many_policies_as_fit(string naming)
    {
        var issuer = "https://" + new string('i', LongestIssuer - "https://".Length);
        var name = string.Join('/', Enumerable.Repeat(new string('n', 64), 4));
        var policies = Vectors.Named(300, index => name[..^3] + $"{index:d3}");
        var content = signing.Content(TimeSpan.FromHours(24)) with
        {
            Machine = "sha256-" + new string('f', 64),
            Jti = new string('j', 22),
            Nonce = new byte[64],
            PcrDigest = new byte[64],
            Policies = policies,
            Residents = Vectors.BothResident,
        };

        var token = new TokenIssuer(signing.Keys, issuer, EarNames.Find(naming)!).Issue(content);

        Assert.InRange(token.Length, 3000, 4095);
        var claims = Json(CompactJws.Parse(token).Payload);
        EarRules.Hold(claims, EarNames.Find(naming)!);
        Assert.Equal(policies[0].Name, (string?)claims["keybroker.policies"]![0]);
    }

    [Theory, MemberData(nameof(Namings))]
    public void An_appraisal_is_an_EAR_that_affirms_or_says_why_not(string naming)
    {
        var names = EarNames.Find(naming)!;
        var good = Sign(names, Vectors.Require(0, 2, 4, 9));
        var bad = Sign(names, Vectors.RequireOther(4), Vectors.RequireOther(7));
        var nobody = Sign(names);

        Assert.Equal("affirming", (string?)good["submods"]!["tpm"]![names.Status]);
        Assert.False(good.ContainsKey("keybroker.reasons"));
        Assert.Equal("contraindicated", (string?)bad["submods"]!["tpm"]![names.Status]);
        Assert.Equal(["policy-pcr", "policy-pcr"], bad["keybroker.reasons"]!.AsArray().Select(reason => (string)reason!["code"]!));
        Assert.Equal("contraindicated", (string?)nobody["submods"]!["tpm"]![names.Status]);
        Assert.Null(nobody["submods"]!["tpm"]![names.Policies]);
        Assert.All([good, bad, nobody], claims => Assert.False(claims.ContainsKey("cnf")));
    }

    private JsonObject Sign(EarNames names, params string[] policies)
    {
        var content = new AppraisalContent("shop", "sha256-00", new byte[8], Vectors.Decide(policies))
        {
            Vector = Vectors.Of(false, policies),
            Boot = new Attestation.Quotes.BootCounters(1, 2),
            PcrDigest = new byte[32],
            CnfThumbprint = Base64Url.Encode(new byte[32]),
            IssuedAt = signing.Clock.GetUtcNow(),
            Lifetime = TimeSpan.FromMinutes(5),
        };
        var claims = Json(CompactJws.Parse(new AppraisalSigner(signing.Keys, SigningFixture.Issuer, names).Sign(content)).Payload);
        EarRules.Hold(claims, names);
        return claims;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
