using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Gate;

/// <summary>The attacks on a DPoP proof (threat G06); each reads as what the attacker does.</summary>
internal static class ProofAttacks
{
    private const string Malformed = "the proof is malformed";
    private const string OtherKey = "the proof is by another key than the token's";
    private const string BadSignature = "the signature does not verify";
    private const string OtherTime = "iat is not within 60 s";
    private const string UsedBefore = "the proof was used before";

    public static IReadOnlyList<ProofAttack> All { get; } =
    [
        .. Controls(), .. Header(), .. Keys(), .. Signatures(), .. Request(), .. Token(), .. Times(), .. Ids(), .. Duplicates(), .. Shape(),
    ];

    /// <summary>Unusual, and right.</summary>
    private static IEnumerable<ProofAttack> Controls()
    {
        yield return Control("unchanged", c => c.Good.ToString());
        yield return Control("signature_mirrored", c => c.Good.WithSignature(EcdsaSignatures.Mirrored));
        yield return Control("iat_60_seconds_ago", Claim(p => p["iat"] = ProofCase.Seconds - 60));
        yield return Control("iat_60_seconds_ahead", Claim(p => p["iat"] = ProofCase.Seconds + 60));
        yield return Control("htu_with_query", Claim(p => p["htu"] = ProofCase.Target + "?limit=1"));
        yield return Control("htu_with_fragment", Claim(p => p["htu"] = ProofCase.Target + "#a"));
        yield return Control("jti_of_256_characters", Claim(p => p["jti"] = new string('j', 256)));
        yield return Control("unknown_claims", Claim(p => (p["nonce"], p["exp"]) = ("n", 0)));
        yield return Control("unknown_header_member", OfHeader(h => h["x-note"] = 1));
        yield return Control("jwk_fitting_members", OfJwk(k => (k["use"], k["alg"], k["kid"]) = ("sig", "ES256", "mine")));
        yield return Control("another_jti_shown_before", c => c.Good.ToString()) with
        {
            ShownBefore = Claim(p => p["jti"] = "another"),
        };
    }

    private static IEnumerable<ProofAttack> Header()
    {
        foreach (var (name, type) in new[]
        {
            ("jwt", "JWT"), ("upper", "DPOP+JWT"), ("full", "application/dpop+jwt"), ("token", "eat+jwt"), ("receipt", "keybroker-result+jwt"), ("empty", ""),
        })
        {
            yield return new("typ_" + name, "typ is not dpop+jwt", OfHeader(h => h["typ"] = type));
        }

        foreach (var alg in new[] { "none", "None", "nOnE", "HS256", "RS256", "PS256", "ES384", "ES256K", "EdDSA", "es256" })
        {
            yield return new("alg_" + alg, "alg is not ES256", OfHeader(h => h["alg"] = alg));
        }

        yield return new("alg_none_unsigned", "alg is not ES256", c => c.Good.WithHeader(h => h["alg"] = "none").Unsigned());
        yield return new("hs256_keyed_with_the_jwk", "alg is not ES256", c => c.Good
            .WithHeader(h => h["alg"] = "HS256").SignedBy(Encoding.UTF8.GetBytes(ProofCase.Jwk(c.Key).ToJsonString())));
        yield return new("typ_missing", Malformed, OfHeader(h => h.Remove("typ")));
        yield return new("alg_missing", Malformed, OfHeader(h => h.Remove("alg")));
        yield return new("alg_list", Malformed, OfHeader(h => h["alg"] = new JsonArray("ES256")));
        yield return new("crit_unknown", "crit is not understood", OfHeader(h => h["crit"] = new JsonArray("x")));
        yield return new("crit_known", "crit is not understood", OfHeader(h => h["crit"] = new JsonArray("jwk")));
    }

    private static IEnumerable<ProofAttack> Keys()
    {
        yield return new("other_key", OtherKey, c => c.Good.WithHeader(h => h["jwk"] = ProofCase.Jwk(c.Other)).SignedBy(c.Other));
        yield return new("other_key_for_the_tokens_jwk", BadSignature, c => c.Good.SignedBy(c.Other));
        yield return new("other_jwk_for_the_tokens_key", BadSignature, c => c.Signed(c.Good.WithHeader(h => h["jwk"] = ProofCase.Jwk(c.Other))));
        yield return new("jwk_private", Malformed, c => c.Signed(c.Good.WithHeader(
            h => h["jwk"]!["d"] = Base64Url.Encode(c.Key.ExportParameters(true).D))));
        yield return new("jwk_private_empty", Malformed, OfJwk(k => k["d"] = ""));
        yield return new("jwk_symmetric", Malformed, OfHeader(h => h["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }));
        yield return new("jwk_symmetric_member", Malformed, OfJwk(k => k["k"] = "AAAA"));
        yield return new("jwk_p384", Malformed, OfHeader(h => h["jwk"] = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP384)));
        yield return new("jwk_rsa", Malformed, OfHeader(h => h["jwk"] = EvidenceBuilder.RsaJwk(2048)));
        yield return new("jwk_off_curve", Malformed, OfJwk(k => k["y"] = k["x"]!.DeepClone()));
        yield return new("jwk_origin", Malformed, OfJwk(k => (k["x"], k["y"]) = (Base64Url.Encode(new byte[32]), Base64Url.Encode(new byte[32]))));
        yield return new("jwk_long_coordinate", Malformed, OfJwk(k => k["x"] = Base64Url.Encode([0, .. Base64Url.Decode((string)k["x"]!)])));
        yield return new("jwk_for_encryption", Malformed, OfJwk(k => k["use"] = "enc"));
        yield return new("jwk_alg_es384", Malformed, OfJwk(k => k["alg"] = "ES384"));
        yield return new("jwk_missing", Malformed, OfHeader(h => h.Remove("jwk")));
        yield return new("jwk_null", Malformed, OfHeader(h => h["jwk"] = null));
        yield return new("jwk_thumbprint_only", Malformed, OfHeader(h => h["jwk"] = new JsonObject { ["jkt"] = new string('A', 43) }));
    }

    private static IEnumerable<ProofAttack> Signatures()
    {
        yield return new("claims_changed", BadSignature, c => c.Good.WithPayload(p => p["jti"] = "fresh").ToString());
        yield return new("signature_missing", BadSignature, c => c.Good.Unsigned());
        yield return new("signature_zero", BadSignature, c => c.Good.WithSignature(_ => new byte[64]));
        yield return new("signature_der", BadSignature, c => c.Good.WithSignature(EcdsaSignatures.Der));
        yield return new("signature_cut", BadSignature, c => c.Good.WithSignature(bytes => bytes[..^1]));
        yield return new("signature_zero_appended", BadSignature, c => c.Good.WithSignature(bytes => [.. bytes, 0]));
        yield return new("signature_bit_flipped", BadSignature, c => c.Good.WithSignature(bytes => [(byte)(bytes[0] ^ 1), .. bytes[1..]]));
    }

    private static IEnumerable<ProofAttack> Request()
    {
        const string OtherMethod = "htm is another method";
        yield return new("htm_other", OtherMethod, Claim(p => p["htm"] = "GET"));
        yield return new("htm_lower_case", OtherMethod, Claim(p => p["htm"] = "post"));
        yield return new("htm_empty", OtherMethod, Claim(p => p["htm"] = ""));
        yield return new("htm_missing", Malformed, Claim(p => p.Remove("htm")));
        yield return new("htm_list", Malformed, Claim(p => p["htm"] = new JsonArray("POST")));
        foreach (var (name, target) in new[]
        {
            ("host", "https://other.example/v1/keys/web%2Fa/sign"),
            ("scheme", "http://broker.example/v1/keys/web%2Fa/sign"),
            ("port", "https://broker.example:8443/v1/keys/web%2Fa/sign"),
            ("user", "https://a@broker.example/v1/keys/web%2Fa/sign"),
            ("host_upper_case", "https://BROKER.example/v1/keys/web%2Fa/sign"),
            ("path", "https://broker.example/v1/keys/web%2Fb/sign"),
            ("path_decoded", "https://broker.example/v1/keys/web/a/sign"),
            ("path_escaped_otherwise", "https://broker.example/v1/keys/web%2fa/sign"),
            ("path_with_dots", "https://broker.example/v1/keys/x/../web%2Fa/sign"),
            ("path_slash", "https://broker.example/v1/keys/web%2Fa/sign/"),
            ("path_only", "/v1/keys/web%2Fa/sign"),
            ("empty", ""),
        })
        {
            yield return new("htu_" + name, "htu is another target", Claim(p => p["htu"] = target));
        }

        yield return new("htu_missing", Malformed, Claim(p => p.Remove("htu")));
    }

    private static IEnumerable<ProofAttack> Token()
    {
        const string OtherToken = "ath is of another token";
        yield return new("ath_of_another_token", OtherToken, Claim(p => p["ath"] = Hash(ProofCase.Token + "A")));
        yield return new("ath_of_nothing", OtherToken, Claim(p => p["ath"] = Hash("")));
        yield return new("ath_empty", OtherToken, Claim(p => p["ath"] = ""));
        yield return new("ath_cut", OtherToken, Claim(p => p["ath"] = ((string)p["ath"]!)[..^1]));
        yield return new("ath_padded", OtherToken, Claim(p => p["ath"] = (string)p["ath"]! + "="));
        yield return new("ath_hex", OtherToken, Claim(p => p["ath"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ProofCase.Token)))));
        yield return new("ath_the_token", OtherToken, Claim(p => p["ath"] = ProofCase.Token));
        yield return new("ath_missing", Malformed, Claim(p => p.Remove("ath")));
    }

    private static IEnumerable<ProofAttack> Times()
    {
        foreach (var (name, offset) in new[] { ("10_minutes_ago", -600), ("10_minutes_ahead", 600), ("61_seconds_ago", -61), ("61_seconds_ahead", 61) })
        {
            yield return new("iat_" + name, OtherTime, Claim(p => p["iat"] = ProofCase.Seconds + offset));
        }

        yield return new("iat_zero", OtherTime, Claim(p => p["iat"] = 0));
        yield return new("iat_largest", OtherTime, Claim(p => p["iat"] = long.MaxValue));
        yield return new("iat_smallest", OtherTime, Claim(p => p["iat"] = long.MinValue));
        yield return new("iat_in_milliseconds", OtherTime, Claim(p => p["iat"] = ProofCase.Now.ToUnixTimeMilliseconds()));
        yield return new("iat_with_a_fraction", "iat is not a whole number of seconds", Claim(p => p["iat"] = ProofCase.Seconds + 0.5));
        yield return new("iat_over_64_bits", "iat is not a whole number of seconds", Claim(p => p["iat"] = JsonNode.Parse("9223372036854775808")));
        yield return new("iat_text", "iat is not a number", Claim(p => p["iat"] = $"{ProofCase.Seconds}"));
        yield return new("iat_null", "iat is not a number", Claim(p => p["iat"] = null));
        yield return new("iat_missing", Malformed, Claim(p => p.Remove("iat")));
    }

    private static IEnumerable<ProofAttack> Ids()
    {
        yield return new("jti_missing", Malformed, Claim(p => p.Remove("jti")));
        yield return new("jti_number", Malformed, Claim(p => p["jti"] = 1));
        yield return new("jti_empty", "jti is empty or too long", Claim(p => p["jti"] = ""));
        yield return new("jti_of_257_characters", "jti is empty or too long", Claim(p => p["jti"] = new string('j', 257)));
        yield return new("jti_lone_surrogate", Malformed, Payload(p => p.Replace("\"aGVs", "\"\\ud800", StringComparison.Ordinal)));
        yield return new("shown_before", UsedBefore, c => c.Good.ToString()) { ShownBefore = c => c.Good.ToString() };
        yield return new("shown_before_signed_again", UsedBefore, c => c.Signed(c.Good)) { ShownBefore = c => c.Good.ToString() };
        yield return new("shown_before_signature_mirrored", UsedBefore, c => c.Good.WithSignature(EcdsaSignatures.Mirrored))
        {
            ShownBefore = c => c.Good.ToString(),
        };
        yield return new("shown_before_another_second", UsedBefore, Claim(p => p["iat"] = ProofCase.Seconds + 1)) { ShownBefore = c => c.Good.ToString() };
        yield return new("shown_before_escaped_otherwise", UsedBefore, Payload(p => p.Replace("\"aGVs", "\"\\u0061GVs", StringComparison.Ordinal)))
        {
            ShownBefore = c => c.Good.ToString(),
        };
    }

    private static IEnumerable<ProofAttack> Duplicates()
    {
        foreach (var (name, member) in new[] { ("typ", "\"typ\":\"dpop+jwt\","), ("alg", "\"alg\":\"none\","), ("jwk", "\"jwk\":{},") })
        {
            yield return new("header_second_" + name, Malformed, c => c.Signed(c.Good with { Header = c.Good.Header.Insert(1, member) }));
        }

        yield return new("jwk_second_coordinate", Malformed, c => c.Signed(
            c.Good with { Header = c.Good.Header.Replace("\"kty\"", "\"x\":\"AA\",\"kty\"", StringComparison.Ordinal) }));
        foreach (var (name, member) in new[]
        {
            ("jti", "\"jti\":\"x\","), ("htm", "\"htm\":\"GET\","), ("htu", "\"htu\":\"x\","), ("iat", "\"iat\":0,"), ("ath", "\"ath\":\"x\","),
            ("jti_escaped", "\"jt\\u0069\":\"x\","),
        })
        {
            yield return new("second_" + name, Malformed, Payload(p => p.Insert(1, member)));
        }
    }

    private static IEnumerable<ProofAttack> Shape()
    {
        const string NotCompact = "not a compact JWS";
        yield return new("empty", NotCompact, _ => "");
        yield return new("no_jws", NotCompact, _ => "not-a-proof");
        yield return new("two_parts", NotCompact, c => c.Good.ToString()[..c.Good.ToString().LastIndexOf('.')]);
        yield return new("four_parts", NotCompact, c => c.Good + ".e30");
        yield return new("twice", NotCompact, c => $"{c.Good},{c.Good}");
        yield return new("over_8_kib", NotCompact, Claim(p => p["x"] = new string('x', 6 * 1024)));
        yield return new("padded", Malformed, c => c.Good + "=");
        yield return new("space_after", Malformed, c => c.Good + " ");
        yield return new("header_array", Malformed, c => c.Signed(c.Good with { Header = $"[{c.Good.Header}]" }));
        yield return new("header_too_deep", Malformed, OfHeader(h => h["x"] = JsonNode.Parse(new string('[', 40) + new string(']', 40))));
        yield return new("payload_array", Malformed, Payload(p => $"[{p}]"));
        yield return new("payload_trailing_byte", Malformed, Payload(p => p + "x"));
        yield return new("payload_byte_order_mark", Malformed, Payload(p => "\uFEFF" + p));
        yield return new("payload_empty", Malformed, Payload(_ => ""));
    }

    private static ProofAttack Control(string name, Func<ProofCase, string> mutate) => new("control_" + name, null, mutate);

    // Signed again by the right key: the change stands alone.
    private static Func<ProofCase, string> OfHeader(Action<JsonObject> change) => c => c.Signed(c.Good.WithHeader(change));

    private static Func<ProofCase, string> OfJwk(Action<JsonObject> change) => OfHeader(h => change(h["jwk"]!.AsObject()));

    private static Func<ProofCase, string> Claim(Action<JsonObject> change) => c => c.Signed(c.Good.WithPayload(change));

    private static Func<ProofCase, string> Payload(Func<string, string> change) =>
        c => c.Signed(c.Good with { Payload = change(c.Good.Payload) });

    private static string Hash(string text) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
