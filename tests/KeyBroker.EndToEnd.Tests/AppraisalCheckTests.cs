using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>APP-6: what a relying party believes, and each way in which it does not.</summary>
public sealed class AppraisalCheckTests : IDisposable
{
    private const string Nonce = "bm9uY2Vub25jZQ";
    private static readonly DateTimeOffset s_now = new(2026, 11, 10, 0, 0, 30, TimeSpan.Zero);

    private readonly ReceiptMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Theory]
    [InlineData("tag:github.com,2023:veraison/ear", "ear.status", "ear.appraisal-policy-id")]
    [InlineData("tag:ietf.org,2026:rats/ear#03", "ear_status", "ear_appraisal_policy_ids")]
    public void Either_naming_is_read(string profile, string status, string policies)
    {
        var claims = Claims();
        claims["eat_profile"] = profile;
        claims["submods"] = new JsonObject { ["tpm"] = new JsonObject { [status] = "affirming", [policies] = new JsonArray("web-tier@00") } };

        var appraisal = Check(_maker.Appraisal(claims));

        Assert.True(appraisal.IsAffirming);
        Assert.Equal((ReceiptMaker.Machine, "web-tier@00"), (appraisal.Machine, Assert.Single(appraisal.Policies)));
    }

    [Fact]
    public void Of_another_broker_client_nonce_or_machine_it_is_not_believed()
    {
        Fails("another broker", claims => claims["iss"] = "https://other.example");
        Fails("another client", claims => claims["aud"] = "bank");
        Fails("another client", claims => claims["aud"] = new JsonArray("shop", "bank"));
        Fails("another nonce", claims => claims["eat_nonce"] = "b3RoZXJvdGhlcg");
        Fails("another nonce", claims => claims.Remove("eat_nonce"));
        Fails("another machine", claims => claims["sub"] = "sha256-11");
        Fails("a token", claims => claims["cnf"] = new JsonObject());
    }

    [Fact]
    public void Before_its_time_and_from_its_end_on_it_is_not_believed()
    {
        Fails("future", claims => claims["iat"] = s_now.ToUnixTimeSeconds() + 61);
        Fails("future", claims => claims.Remove("iat"));
        Fails("ended", claims => claims["exp"] = s_now.ToUnixTimeSeconds());
        Fails("ended", claims => claims.Remove("exp"));
        Fails("ended", claims => claims["exp"] = long.MaxValue);
    }

    [Fact]
    public void Without_a_known_profile_and_a_status_it_is_not_believed()
    {
        Fails("profile", claims => claims["eat_profile"] = "tag:github.com,2023:veraison/ear#1");
        Fails("status", claims => claims["submods"] = new JsonObject());
        Fails("status", claims => claims["submods"]!["tpm"]!["ear.status"] = "warning");
        Fails("status", claims => claims["submods"]!["gpu"] = new JsonObject { ["ear.status"] = "affirming" });
    }

    [Fact]
    public void By_another_key_of_another_type_or_without_the_certification_that_is_asked_for_it_is_not_believed()
    {
        using var stranger = new ReceiptMaker();
        Refused(stranger.Appraisal(Claims()), "not among");
        Refused(_maker.Appraisal(Claims(), head => head["typ"] = "keybroker-result+jwt"), "not a broker's");
        Refused(_maker.Appraisal(Claims()) + "A", "");
        var certified = ReceiptKeys.OfSigningKeys(_maker.SigningKeys());
        Check(_maker.Appraisal(Claims()), certified);
        var ended = ReceiptKeys.OfSigningKeys(_maker.SigningKeys(statement => statement["notAfter"] = "2026-11-10T00:00:00Z"));
        Assert.Contains("certified", Assert.Throws<BrokerAnswerException>(() => Check(_maker.Appraisal(Claims()), ended)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_goes_in_clear_to_no_other_host()
    {
        var credentials = new ClientCredentials("shop", "a secret");
        Assert.Throws<FormatException>(() => new RelyingParty(new Uri("http://broker.example:8440"), credentials));
        new RelyingParty(new Uri("http://127.0.0.1:8440"), credentials).Dispose();
        new RelyingParty(new Uri("https://broker.example"), credentials).Dispose();
        Assert.DoesNotContain("a secret", credentials.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Claims() => new()
    {
        ["iss"] = ReceiptMaker.Issuer,
        ["aud"] = "shop",
        ["sub"] = ReceiptMaker.Machine,
        ["iat"] = s_now.ToUnixTimeSeconds() - 30,
        ["exp"] = s_now.ToUnixTimeSeconds() + 270,
        ["eat_profile"] = "tag:github.com,2023:veraison/ear",
        ["eat_nonce"] = Nonce,
        ["submods"] = new JsonObject { ["tpm"] = new JsonObject { ["ear.status"] = "affirming" } },
    };

    private void Fails(string what, Action<JsonObject> change)
    {
        var claims = Claims();
        change(claims);
        Refused(_maker.Appraisal(claims), what);
    }

    private void Refused(string compact, string what) =>
        Assert.Contains(what, Assert.Throws<BrokerAnswerException>(() => Check(compact)).Message, StringComparison.Ordinal);

    private Appraisal Check(string compact, ReceiptKeys? keys = null)
    {
        var expected = new AppraisalExpectations(ReceiptMaker.Issuer, "shop", Nonce) { Machine = ReceiptMaker.Machine };
        var clock = new SteppedClock();
        clock.Step(s_now - clock.GetUtcNow());
        return new AppraisalCheck(keys ?? ReceiptKeys.OfJwks(_maker.Jwks), expected, clock).Verify(compact);
    }
}
