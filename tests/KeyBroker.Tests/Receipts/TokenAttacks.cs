using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Receipts;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Receipts;

/// <summary>The attacks on an access token (threats G01 to G03 and G07); each reads as what the attacker does.</summary>
internal static class TokenAttacks
{
    public static IReadOnlyList<TokenAttack> All { get; } =
    [
        .. Controls(), .. Algorithms(), .. KeysInTheToken(), .. KeyIds(), .. Types(), .. Critical(), .. Parties(), .. Times(),
        .. MissingClaims(), .. Duplicates(), .. Signatures(), .. Shape(),
    ];

    /// <summary>Unusual, and right.</summary>
    private static IEnumerable<TokenAttack> Controls()
    {
        yield return Control("unchanged", c => c.Good.ToString());
        yield return Control("signed_again", c => c.Signed(c.Good));
        yield return Control("signature_mirrored", c => c.Good.WithSignature(EcdsaSignatures.Mirrored));
        yield return Control("unknown_header_member", Header(h => h["x-note"] = 1));
        yield return Control("unknown_claim", Claim(p => p["x-note"] = 1));
        yield return Control("last_second", Claim(p => p["exp"] = TokenCase.Seconds + 1));
        yield return Control("not_before_now", Claim(p => p["nbf"] = TokenCase.Seconds));
        yield return Control("by_the_next_key", c => c.Good.WithHeader(h => h["kid"] = c.Next.Kid).SignedBy(c.Next.SecurityKey.ECDsa));
        yield return Control("by_a_retiring_key", c => c.Good.WithHeader(h => h["kid"] = c.Retiring.Kid).SignedBy(c.Retiring.SecurityKey.ECDsa));
    }

    private static IEnumerable<TokenAttack> Algorithms()
    {
        foreach (var (name, alg) in new[] { ("lower", "none"), ("capital", "None"), ("mixed", "nOnE"), ("upper", "NONE") })
        {
            yield return Invalid($"alg_none_{name}", c => c.Good.WithHeader(h => h["alg"] = alg).Unsigned());
            yield return Invalid($"alg_none_{name}_signed", Header(h => h["alg"] = alg));
        }

        foreach (var alg in new[] { "RS256", "PS256", "ES384", "ES512", "ES256K", "HS256", "EdDSA", "es256", "" })
        {
            yield return Invalid($"alg_says_{(alg.Length == 0 ? "nothing" : alg)}", Header(h => h["alg"] = alg));
        }

        yield return Invalid("alg_list", Header(h => h["alg"] = new JsonArray("ES256")));
        yield return Invalid("alg_missing", Header(h => h.Remove("alg")));
        yield return Invalid("hs256_keyed_with_the_pem", Hmac(c => c.Token.SecurityKey.ECDsa.ExportSubjectPublicKeyInfoPem()));
        yield return Invalid("hs256_keyed_with_the_jwk", Hmac(c => c.Token.Jwk.ToJson()));
        yield return Invalid("hs256_keyed_with_the_published_jwk", Hmac(c => c.Token.ToJwk().ToJsonString()));
        yield return Invalid("hs256_keyed_with_nothing", Hmac(_ => ""));
        yield return Invalid("rs256_by_an_rsa_key", c => ByRsa(c, "RS256", RSASignaturePadding.Pkcs1));
        yield return Invalid("ps256_by_an_rsa_key", c => ByRsa(c, "PS256", RSASignaturePadding.Pss));
        yield return Invalid("es384_by_a_p384_key", ByP384);
    }

    private static IEnumerable<TokenAttack> KeysInTheToken()
    {
        foreach (var (member, value) in new (string, Func<TokenCase, JsonNode>)[]
        {
            ("jwk", c => c.StrangeJwk),
            ("jku", _ => "http://127.0.0.1:9/jwks.json"),
            ("x5u", _ => "http://127.0.0.1:9/chain.pem"),
            ("x5c", _ => new JsonArray("MIIB")),
            ("x5t", _ => "AAAA"),
            ("x5t#S256", _ => "AAAA"),
        })
        {
            var name = "header_" + member.Replace('#', '_').ToLowerInvariant();
            yield return Invalid(name, c => c.Signed(c.Good.WithHeader(h => h[member] = value(c))));
            yield return Invalid(name + "_by_a_stranger", c => c.Good.WithHeader(h => h[member] = value(c)).SignedBy(c.Stranger));
        }

        yield return Invalid("by_a_stranger", c => c.Good.SignedBy(c.Stranger));
        yield return Invalid("by_a_stranger_under_its_kid", c => c.Good
            .WithHeader(h => h["kid"] = SigningKey.PublicJwkOf(c.Stranger).Thumbprint).SignedBy(c.Stranger));
    }

    private static IEnumerable<TokenAttack> KeyIds()
    {
        yield return Invalid("kid_path", Header(h => h["kid"] = "../../x"));
        yield return Invalid("kid_sql", Header(h => h["kid"] = "' OR 1=1"));
        yield return Invalid("kid_4_kib", Header(h => h["kid"] = new string('k', 4096)));
        yield return Invalid("kid_64_kib", Header(h => h["kid"] = new string('k', 65536)));
        yield return Invalid("kid_empty", Header(h => h["kid"] = ""));
        yield return Invalid("kid_number", Header(h => h["kid"] = 0));
        yield return Invalid("kid_null", Header(h => h["kid"] = null));
        yield return Invalid("kid_missing", Header(h => h.Remove("kid")));
        yield return Invalid("kid_unknown", Header(h => h["kid"] = new string('A', 43)));
        yield return Invalid("kid_nul_appended", c => c.Signed(c.Good.WithHeader(h => h["kid"] = c.Token.Kid + "\0")));
        yield return Invalid("kid_of_the_next_key", c => c.Signed(c.Good.WithHeader(h => h["kid"] = c.Next.Kid)));
        yield return Invalid("kid_retired", c => c.Good.WithHeader(h => h["kid"] = c.Retired.Kid).SignedBy(c.Retired.SecurityKey.ECDsa));
        yield return Invalid("kid_of_the_result_key", c => c.Good.WithHeader(h => h["kid"] = c.Result.Kid).SignedBy(c.Result.SecurityKey.ECDsa));
        yield return Invalid("by_the_result_key", c => c.Good.SignedBy(c.Result.SecurityKey.ECDsa));
    }

    private static IEnumerable<TokenAttack> Types()
    {
        yield return Invalid("a_receipt", c => Jws.Sign(c.Result, "keybroker-result+jwt", JsonNode.Parse(c.Good.Payload)!.AsObject()));
        foreach (var (name, type) in new[]
        {
            ("receipt", "keybroker-result+jwt"), ("jwt", "JWT"), ("dpop", "dpop+jwt"), ("access", "at+jwt"), ("upper", "EAT+JWT"),
            ("full", "application/eat+jwt"), ("space", "eat+jwt "), ("empty", ""),
        })
        {
            yield return Invalid("typ_" + name, Header(h => h["typ"] = type));
        }

        yield return Invalid("typ_missing", Header(h => h.Remove("typ")));
    }

    private static IEnumerable<TokenAttack> Critical()
    {
        yield return Invalid("crit_unknown", Header(h => (h["crit"], h["x-must"]) = (new JsonArray("x-must"), 1)));
        yield return Invalid("crit_known", Header(h => h["crit"] = new JsonArray("exp")));
        yield return Invalid("crit_empty", Header(h => h["crit"] = new JsonArray()));
        yield return Invalid("b64_false", Header(h => (h["crit"], h["b64"]) = (new JsonArray("b64"), false)));
        yield return Invalid("zip", Header(h => h["zip"] = "DEF"));
        yield return Invalid("enc", Header(h => h["enc"] = "A256GCM"));
    }

    private static IEnumerable<TokenAttack> Parties()
    {
        foreach (var claim in new[] { "iss", "aud" })
        {
            yield return Invalid($"{claim}_other", Claim(p => p[claim] = "https://other.example"));
            yield return Invalid($"{claim}_slash", Claim(p => p[claim] = TokenCase.Issuer + "/"));
            yield return Invalid($"{claim}_upper_case", Claim(p => p[claim] = TokenCase.Issuer.ToUpperInvariant()));
            yield return Invalid($"{claim}_prefix", Claim(p => p[claim] = TokenCase.Issuer + ".attacker.example"));
            yield return Invalid($"{claim}_list", Claim(p => p[claim] = new JsonArray(TokenCase.Issuer)));
            yield return Invalid($"{claim}_list_with_another", Claim(p => p[claim] = new JsonArray("https://other.example", TokenCase.Issuer)));
            yield return Invalid($"{claim}_empty", Claim(p => p[claim] = ""));
            yield return Invalid($"{claim}_null", Claim(p => p[claim] = null));
        }
    }

    private static IEnumerable<TokenAttack> Times()
    {
        yield return Expired("exp_now", TokenCase.Seconds);
        yield return Expired("exp_a_second_ago", TokenCase.Seconds - 1);
        yield return Expired("exp_zero", 0);
        yield return Expired("exp_negative", -1);
        yield return Expired("exp_smallest", long.MinValue);
        yield return Invalid("exp_text", Claim(p => p["exp"] = $"{TokenCase.Seconds + 240}"));
        yield return Invalid("exp_with_a_fraction", Claim(p => p["exp"] = TokenCase.Seconds + 240.5));
        yield return Invalid("exp_over_64_bits", Claim(p => p["exp"] = JsonNode.Parse("9223372036854775808")));
        yield return Invalid("exp_infinite", Claim(p => p["exp"] = JsonNode.Parse("1e400")));
        yield return Invalid("exp_null", Claim(p => p["exp"] = null));
        yield return Invalid("nbf_a_second_ahead", Claim(p => p["nbf"] = TokenCase.Seconds + 1));
        yield return Invalid("nbf_largest", Claim(p => p["nbf"] = long.MaxValue));
        yield return Invalid("nbf_text", Claim(p => p["nbf"] = "0"));
    }

    private static IEnumerable<TokenAttack> MissingClaims()
    {
        foreach (var claim in new[] { "iss", "aud", "exp", "sub", "jti", "cnf" })
        {
            yield return Invalid($"{claim}_missing", Claim(p => p.Remove(claim)));
        }

        yield return Invalid("cnf_without_jkt", Claim(p => p["cnf"] = new JsonObject()));
        yield return Invalid("cnf_text", Claim(p => p["cnf"] = new string('A', 43)));
        yield return Invalid("jkt_number", Claim(p => p["cnf"]!["jkt"] = 1));
        yield return Invalid("sub_number", Claim(p => p["sub"] = 1));
        yield return Invalid("jti_null", Claim(p => p["jti"] = null));
    }

    private static IEnumerable<TokenAttack> Duplicates()
    {
        yield return Invalid("header_second_alg", HeaderText(h => h.Insert(1, "\"alg\":\"none\",")));
        yield return Invalid("header_second_alg_the_same", HeaderText(h => h.Insert(1, "\"alg\":\"ES256\",")));
        yield return Invalid("header_second_kid_escaped", HeaderText(h => h.Insert(1, "\"k\\u0069d\":\"x\",")));
        foreach (var (name, member) in new[]
        {
            ("sub", "\"sub\":\"sha256-01\","), ("exp", "\"exp\":4102444800,"), ("cnf", "\"cnf\":{\"jkt\":\"x\"},"), ("sub_escaped", "\"s\\u0075b\":\"x\","),
        })
        {
            yield return Invalid($"second_{name}_before", PayloadText(p => p.Insert(1, member)));
            yield return Invalid($"second_{name}_after", PayloadText(p => p[..^1] + "," + member[..^1] + "}"));
        }
    }

    private static IEnumerable<TokenAttack> Signatures()
    {
        yield return Invalid("payload_changed", c => c.Good.WithPayload(p => p["sub"] = "sha256-" + new string('1', 64)).ToString());
        yield return Invalid("lifetime_changed", c => c.Good.WithPayload(p => p["exp"] = 4102444800).ToString());
        yield return Invalid("header_changed", c => c.Good.WithHeader(h => h["x-note"] = 1).ToString());
        yield return Invalid("signature_missing", c => c.Good.Unsigned());
        yield return Invalid("signature_zero", c => c.Good.WithSignature(_ => new byte[64]));
        yield return Invalid("signature_der", c => c.Good.WithSignature(EcdsaSignatures.Der));
        yield return Invalid("signature_cut", c => c.Good.WithSignature(bytes => bytes[..^1]));
        yield return Invalid("signature_zero_appended", c => c.Good.WithSignature(bytes => [.. bytes, 0]));
        yield return Invalid("signature_halves_exchanged", c => c.Good.WithSignature(bytes => [.. bytes[32..], .. bytes[..32]]));
        yield return Invalid("signature_of_another_token", c => (c.Good with
        {
            Signature = CompactJws.Parse(c.Signed(c.Good.WithPayload(p => p["jti"] = "B"))).Signature,
        }).ToString());
    }

    private static IEnumerable<TokenAttack> Shape()
    {
        yield return Invalid("empty", _ => "");
        yield return Invalid("two_parts", c => c.Good.ToString()[..c.Good.ToString().LastIndexOf('.')]);
        yield return Invalid("four_parts", c => c.Good + ".e30");
        yield return Invalid("five_parts", c => c.Good + ".e30.e30");
        yield return Invalid("padded", c => c.Good + "=");
        yield return Invalid("newline", c => c.Good + "\n");
        yield return Invalid("space_before", c => " " + c.Good);
        yield return Invalid("stray_bits", c => c.Good.ToString()[..^1] + (char)(c.Good.ToString()[^1] + 1));
        yield return Invalid("header_array", HeaderText(h => $"[{h}]"));
        yield return Invalid("header_trailing_byte", HeaderText(h => h + "x"));
        yield return Invalid("header_comment", HeaderText(h => "/**/" + h));
        yield return Invalid("payload_array", PayloadText(p => $"[{p}]"));
        yield return Invalid("payload_trailing_comma", PayloadText(p => p[..^1] + ",}"));
        yield return Invalid("payload_byte_order_mark", PayloadText(p => "\uFEFF" + p));
        yield return Invalid("payload_lone_surrogate", PayloadText(p => p.Replace("\"sha256-0", "\"\\ud800", StringComparison.Ordinal)));
        yield return Invalid("payload_too_deep", Claim(p => p["x"] = JsonNode.Parse(new string('[', 40) + new string(']', 40))));
        yield return Invalid("over_16_kib", Claim(p => p["x"] = new string('x', 12 * 1024)));
    }

    private static TokenAttack Control(string name, Func<TokenCase, string> mutate) => new("control_" + name, null, mutate);

    private static TokenAttack Invalid(string name, Func<TokenCase, string> mutate) => new(name, ProblemCodes.TokenInvalid, mutate);

    private static TokenAttack Expired(string name, long exp) => new(name, ProblemCodes.TokenExpired, Claim(p => p["exp"] = exp));

    // Signed again by the right key: the change stands alone.
    private static Func<TokenCase, string> Header(Action<JsonObject> change) => c => c.Signed(c.Good.WithHeader(change));

    private static Func<TokenCase, string> Claim(Action<JsonObject> change) => c => c.Signed(c.Good.WithPayload(change));

    private static Func<TokenCase, string> HeaderText(Func<string, string> change) =>
        c => c.Signed(c.Good with { Header = change(c.Good.Header) });

    private static Func<TokenCase, string> PayloadText(Func<string, string> change) =>
        c => c.Signed(c.Good with { Payload = change(c.Good.Payload) });

    private static Func<TokenCase, string> Hmac(Func<TokenCase, string> key) =>
        c => c.Good.WithHeader(h => h["alg"] = "HS256").SignedBy(Encoding.ASCII.GetBytes(key(c)));

    private static string ByRsa(TokenCase c, string algorithm, RSASignaturePadding padding)
    {
        using var rsa = RSA.Create(2048);
        return c.Good.WithHeader(h => h["alg"] = algorithm).SignedBy(input => rsa.SignData(input, HashAlgorithmName.SHA256, padding));
    }

    private static string ByP384(TokenCase c)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return c.Good.WithHeader(h => h["alg"] = "ES384").SignedBy(input => key.SignData(input, HashAlgorithmName.SHA384));
    }
}
