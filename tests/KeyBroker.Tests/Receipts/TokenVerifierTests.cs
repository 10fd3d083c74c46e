using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Receipts;

public sealed class TokenVerifierTests(SigningFixture signing) : IClassFixture<SigningFixture>
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);
    private static readonly ECDsa s_stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Each changes one thing of a good token: header and payload, then the signature.</summary>
    public static TheoryData<string> Attacks => [.. s_attacks.Keys];

    private static readonly Dictionary<string, Func<SigningFixture, string, string>> s_attacks = new()
    {
        ["alg_none"] = (_, t) => Header(t, h => h["alg"] = "none").Replace($".{t.Split('.')[2]}", ".", StringComparison.Ordinal),
        ["alg_none_capitals"] = (_, t) => Unsigned(Header(t, h => h["alg"] = "nOnE")),
        ["alg_rs256"] = (f, t) => Resign(f, Header(t, h => h["alg"] = "RS256")),
        ["alg_missing"] = (f, t) => Resign(f, Header(t, h => h.Remove("alg"))),
        ["hs256_keyed_with_the_pem"] = (f, t) => Hmac(t, Encoding.ASCII.GetBytes(Pem(f))),
        ["hs256_keyed_with_the_jwk"] = (f, t) => Hmac(t, Encoding.ASCII.GetBytes(f.Keys.Token.Jwk.ToJson())),
        ["header_jwk"] = (f, t) => Strange(Header(t, h => h["jwk"] = JsonNode.Parse(StrangeJwk()))),
        ["header_jwk_with_our_signature"] = (f, t) => Resign(f, Header(t, h => h["jwk"] = JsonNode.Parse(StrangeJwk()))),
        ["header_jku"] = (f, t) => Resign(f, Header(t, h => h["jku"] = "http://127.0.0.1:9/jwks.json")),
        ["header_x5u"] = (f, t) => Resign(f, Header(t, h => h["x5u"] = "http://127.0.0.1:9/chain.pem")),
        ["header_x5c"] = (f, t) => Resign(f, Header(t, h => h["x5c"] = new JsonArray("MIIB"))),
        ["header_crit"] = (f, t) => Resign(f, Header(t, h => h["crit"] = new JsonArray("exp"))),
        ["header_duplicate_alg"] = (f, t) => Resign(f, HeaderText(t, h => h.Insert(1, "\"alg\":\"none\","))),
        ["kid_path"] = (f, t) => Resign(f, Header(t, h => h["kid"] = "../../x")),
        ["kid_sql"] = (f, t) => Resign(f, Header(t, h => h["kid"] = "' OR 1=1")),
        ["kid_64_kib"] = (f, t) => Resign(f, Header(t, h => h["kid"] = new string('k', 65536))),
        ["kid_unknown"] = (f, t) => Resign(f, Header(t, h => h["kid"] = new string('A', 43))),
        ["kid_missing"] = (f, t) => Resign(f, Header(t, h => h.Remove("kid"))),
        ["kid_of_the_result_key"] = (f, t) => Result(f, Header(t, h => h["kid"] = f.Keys.Result.Kid)),
        ["signed_by_the_result_key"] = (f, t) => Result(f, t),
        ["signed_by_a_stranger"] = (_, t) => Strange(t),
        ["typ_result"] = (f, t) => Resign(f, Header(t, h => h["typ"] = "keybroker-result+jwt")),
        ["typ_jwt"] = (f, t) => Resign(f, Header(t, h => h["typ"] = "JWT")),
        ["typ_missing"] = (f, t) => Resign(f, Header(t, h => h.Remove("typ"))),
        ["iss_other"] = (f, t) => Resign(f, Payload(t, p => p["iss"] = "https://other.example")),
        ["iss_slash"] = (f, t) => Resign(f, Payload(t, p => p["iss"] = SigningFixture.Issuer + "/")),
        ["aud_other"] = (f, t) => Resign(f, Payload(t, p => p["aud"] = "https://other.example")),
        ["aud_slash"] = (f, t) => Resign(f, Payload(t, p => p["aud"] = SigningFixture.Issuer + "/")),
        ["aud_missing"] = (f, t) => Resign(f, Payload(t, p => p.Remove("aud"))),
        ["exp_missing"] = (f, t) => Resign(f, Payload(t, p => p.Remove("exp"))),
        ["exp_text"] = (f, t) => Resign(f, Payload(t, p => p["exp"] = "4102444800")),
        ["payload_changed"] = (_, t) => Payload(t, p => p["sub"] = "sha256-01"),
        ["payload_duplicate"] = (f, t) => Resign(f, PayloadText(t, p => p.Insert(1, "\"sub\":\"sha256-01\","))),
        ["signature_missing"] = (_, t) => Unsigned(t),
        ["signature_padded"] = (_, t) => t + "=",
        ["whitespace"] = (_, t) => t + "\n",
        ["a_fourth_part"] = (_, t) => t + ".e30",
        ["empty"] = (_, _) => "",
    };

    [Theory, MemberData(nameof(Attacks))]
    public void Refuses_a_token_that_differs_in_one_thing(string attack)
    {
        var good = signing.Issue(s_lifetime);

        var refused = Assert.Throws<DeniedException>(() => signing.Verifier.Verify(s_attacks[attack](signing, good)));

        Assert.Equal(ProblemCodes.TokenInvalid, refused.Code);
        Assert.Equal("sha256-00", signing.Verifier.Verify(good).Machine);
        Assert.Equal("sha256-00", signing.Verifier.Verify(Resign(signing, good)).Machine);
    }

    [Fact]
    public void Refuses_every_flipped_bit_of_the_signature()
    {
        var parts = signing.Issue(s_lifetime).Split('.');
        var signature = Base64Url.Decode(parts[2]);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            var token = $"{parts[0]}.{parts[1]}.{Base64Url.Encode(signature)}";
            Assert.Equal(ProblemCodes.TokenInvalid, Assert.Throws<DeniedException>(() => signing.Verifier.Verify(token)).Code);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Ends_a_token_on_the_second_without_leeway()
    {
        var token = signing.Issue(s_lifetime);
        signing.Clock.Advance(s_lifetime - TimeSpan.FromMilliseconds(1));
        signing.Verifier.Verify(token);

        signing.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var refused = Assert.Throws<DeniedException>(() => signing.Verifier.Verify(token));
        Assert.Equal(ProblemCodes.TokenExpired, refused.Code);
        var forged = Assert.Throws<DeniedException>(() => signing.Verifier.Verify(Strange(token)));
        Assert.Equal(ProblemCodes.TokenInvalid, forged.Code);
    }

    [Fact]
    public void A_token_is_an_EAR_under_4_KiB()
    {
        var token = signing.Issue(s_lifetime);
        var claims = JsonNode.Parse(Base64Url.Decode(token.Split('.')[1]))!.AsObject();

        Assert.True(token.Length < 4096);
        Assert.Equal("tag:github.com,2023:veraison/ear", (string?)claims["eat_profile"]);
        Assert.Equal("affirming", (string?)claims["submods"]!["tpm"]!["ear.status"]);
        Assert.NotNull(claims["submods"]!["tpm"]!["ear.trustworthiness-vector"]);
        Assert.NotNull(claims["submods"]!["tpm"]!["ear.appraisal-policy-id"]);
        Assert.All(
            ["iss", "sub", "aud", "iat", "exp", "jti", "cnf", "eat_nonce", "ear.verifier-id"],
            name => Assert.True(claims.ContainsKey(name), name));
    }

    private static string Header(string token, Action<JsonObject> change) =>
        HeaderText(token, text => Changed(text, change));

    private static string Payload(string token, Action<JsonObject> change) =>
        PayloadText(token, text => Changed(text, change));

    private static string Changed(string text, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        change(json);
        return json.ToJsonString();
    }

    private static string HeaderText(string token, Func<string, string> change) => Part(token, 0, change);

    private static string PayloadText(string token, Func<string, string> change) => Part(token, 1, change);

    private static string Part(string token, int index, Func<string, string> change)
    {
        var parts = token.Split('.');
        parts[index] = Base64Url.Encode(Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(Base64Url.Decode(parts[index])))));
        return string.Join('.', parts);
    }

    private static string Input(string token) => token[..token.LastIndexOf('.')];

    private static string Unsigned(string token) => Input(token) + ".";

    private static string Signed(string token, ECDsa key) =>
        $"{Input(token)}.{Base64Url.Encode(key.SignData(Encoding.ASCII.GetBytes(Input(token)), HashAlgorithmName.SHA256))}";

    private static string Resign(SigningFixture signing, string token) => Signed(token, signing.Keys.Token.SecurityKey.ECDsa);

    private static string Result(SigningFixture signing, string token) => Signed(token, signing.Keys.Result.SecurityKey.ECDsa);

    private static string Strange(string token) => Signed(token, s_stranger);

    private static string Hmac(string token, byte[] key)
    {
        var changed = Header(token, h => h["alg"] = "HS256");
        return $"{Input(changed)}.{Base64Url.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Input(changed))))}";
    }

    private static string Pem(SigningFixture signing) => signing.Keys.Token.SecurityKey.ECDsa.ExportSubjectPublicKeyInfoPem();

    private static string StrangeJwk() => KeyBroker.Receipts.SigningKey.PublicJwkOf(s_stranger).ToJson();
}
