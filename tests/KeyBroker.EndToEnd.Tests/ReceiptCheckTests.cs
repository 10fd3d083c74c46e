using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Receipts are checked without a broker, and each way to be wrong has its name.</summary>
public sealed class ReceiptCheckTests : IDisposable
{
    private readonly ReceiptMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void A_receipt_verifies_with_the_JWKS_with_the_certified_keys_and_with_all_that_can_be_expected()
    {
        Assert.Equal(7, (int)Check(_maker.Receipt(), ReceiptKeys.OfJwks(_maker.Jwks))["seq"]!);
        var certified = ReceiptKeys.OfSigningKeys(_maker.SigningKeys(), _maker.Ak.Public.Name.ToString());
        var all = new ReceiptExpectations
        {
            Issuer = ReceiptMaker.Issuer,
            Audience = ReceiptMaker.Machine,
            Request = ReceiptMaker.Request,
            Result = ReceiptMaker.Result,
        };
        Check(_maker.Receipt(), certified, all);
        Check(_maker.Receipt(), ReceiptKeys.OfJwks(_maker.Jwks).CertifiedBy(certified), all);
        Check(_maker.Receipt(claims => claims.Remove("result")), certified, all);
    }

    [Fact]
    public void What_is_no_receipt_is_named()
    {
        var keys = ReceiptKeys.OfJwks(_maker.Jwks);
        var good = _maker.Receipt().Split('.');
        foreach (var text in new[] { "", "x", "a.b", "a.b.c", $"{good[0]}.{good[1]}.{good[2]}=", $"{good[0]}.{good[1]}.!" })
        {
            Fails(ReceiptReasons.Malformed, text, keys);
        }

        Fails(ReceiptReasons.Type, _maker.Receipt(header: head => head["typ"] = "eat+jwt"), keys);
        Fails(ReceiptReasons.Type, _maker.Receipt(header: head => head["alg"] = "none"), keys);
        Fails(ReceiptReasons.Type, _maker.Receipt(header: head => head["crit"] = new JsonArray("x")), keys);
        Fails(ReceiptReasons.Type, _maker.Receipt(header: head => head.Remove("alg")), keys);
        Fails(ReceiptReasons.Malformed, _maker.Receipt(header: head => head["typ"] = 1), keys);
        Fails(ReceiptReasons.Malformed, _maker.Receipt(header: head => head["kid"] = 1), keys);
        Fails(ReceiptReasons.Key, _maker.Receipt(header: head => head["kid"] = "another"), keys);
        Fails(ReceiptReasons.Key, _maker.Receipt(header: head => head.Remove("kid")), keys);
        Fails(ReceiptReasons.Signature, $"{good[0]}.{good[1]}.{new string('A', 86)}", keys);
        var twice = CompactJws.Parse(_maker.Receipt());
        Fails(ReceiptReasons.Signature, (twice with { Payload = twice.Payload[..^1] + ",\"seq\":8}" }).ToString(), keys);
    }

    [Fact]
    public void Another_key_under_a_certified_name_is_none_wherever_it_is_listed()
    {
        using var forger = new ReceiptMaker { Ak = _maker.Ak };
        var forged = forger.Receipt(header: head => head["kid"] = _maker.Kid);
        var key = forger.Jwks["keys"]![0]!.DeepClone();
        key["kid"] = _maker.Kid;
        var jwks = new JsonObject { ["keys"] = new JsonArray(key.DeepClone()) };
        var listed = _maker.SigningKeys();
        listed["items"]!.AsArray().Insert(0, new JsonObject { ["use"] = "result", ["kid"] = "x", ["publicJwk"] = key.DeepClone() });

        var certified = ReceiptKeys.OfSigningKeys(_maker.SigningKeys(), _maker.Ak.Public.Name.ToString());
        Fails(ReceiptReasons.Key, forged, ReceiptKeys.OfJwks(jwks));
        Fails(ReceiptReasons.Key, forged, ReceiptKeys.OfJwks(jwks).CertifiedBy(certified));
        Fails(ReceiptReasons.Signature, forged, ReceiptKeys.OfSigningKeys(listed));
        Check(_maker.Receipt(), ReceiptKeys.OfSigningKeys(listed));
    }

    [Fact]
    public void A_hostile_line_is_refused_and_ends_nothing()
    {
        var keys = ReceiptKeys.OfSigningKeys(_maker.SigningKeys());
        Fails(ReceiptReasons.Type, _maker.Receipt(header: head => head.Remove("alg")), keys);
        foreach (var member in new[] { "alg", "typ", "kid" })
        {
            Fails(ReceiptReasons.Malformed, _maker.Receipt(header: head => head[member] = 1), keys);
            Fails(ReceiptReasons.Malformed, _maker.Receipt(header: head => head[member] = null), keys);
        }

        foreach (var text in new[] { "ES256", _maker.Kid, "sign" })
        {
            Fails(ReceiptReasons.Malformed, _maker.Replaced($"\"{text}\"", "\"\\ud800\""), keys);
        }

        foreach (var time in new[] { 1L << 62, -(1L << 62), -1, 253_402_300_800 })
        {
            Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims["iat"] = time), keys);
        }
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("sub")]
    [InlineData("iat")]
    [InlineData("jti")]
    [InlineData("op")]
    [InlineData("att")]
    [InlineData("req")]
    [InlineData("seq")]
    [InlineData("resultDigest")]
    public void Everything_a_receipt_has_to_name_is_asked_for(string claim)
    {
        var keys = ReceiptKeys.OfJwks(_maker.Jwks);
        Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims.Remove(claim)), keys);
        Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims[claim] = new JsonArray()), keys);
    }

    [Fact]
    public void The_policy_its_digest_the_attestation_and_the_version_are_asked_for()
    {
        var keys = ReceiptKeys.OfJwks(_maker.Jwks);
        foreach (var member in new[] { "jti", "policy", "policyDigest" })
        {
            Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims["att"]!.AsObject().Remove(member)), keys);
        }

        Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims["key"]!["version"] = "3"), keys);
        Fails(ReceiptReasons.Claims, _maker.Receipt(claims => claims["key"] = new JsonObject()), keys);
    }

    [Fact]
    public void Another_request_result_machine_or_broker_is_named()
    {
        var keys = ReceiptKeys.OfJwks(_maker.Jwks);
        Fails(ReceiptReasons.Result, _maker.Receipt(claims => claims["result"]!["z"] = 2), keys);
        Fails(ReceiptReasons.Result, _maker.Receipt(), keys, new ReceiptExpectations { Result = new JsonObject { ["z"] = 2 } });
        Fails(ReceiptReasons.Request, _maker.Receipt(), keys, new ReceiptExpectations { Request = [.. ReceiptMaker.Request, (byte)' '] });
        Fails(ReceiptReasons.Audience, _maker.Receipt(), keys, new ReceiptExpectations { Audience = "sha256-11" });
        Fails(ReceiptReasons.Issuer, _maker.Receipt(), keys, new ReceiptExpectations { Issuer = ReceiptMaker.Issuer + "/" });
    }

    [Fact]
    public void A_certification_that_does_not_hold_is_named()
    {
        Fails(ReceiptReasons.Statement, Certified(statement => statement["jkt"] = "another"));
        Fails(ReceiptReasons.Statement, Certified(statement => statement["use"] = "token"));
        Fails(ReceiptReasons.Statement, Certified(statement => statement["more"] = 1));
        Fails(ReceiptReasons.Statement, Certified(statement => statement["notAfter"] = "soon"));
        Fails(ReceiptReasons.Issuer, Certified(statement => statement["issuer"] = "https://other.example"));
        Fails(ReceiptReasons.Period, Certified(statement => statement["notAfter"] = "2026-11-10T00:00:00Z"));
        Fails(ReceiptReasons.Period, Certified(statement => statement["notBefore"] = "2026-11-10T00:00:01Z"));
        Fails(ReceiptReasons.Quote, Certified(item: listed => listed["statement"] = listed["statement"]!.GetValue<string>()[..^4] + "AAAA"), orAlso: ReceiptReasons.Statement);
        Fails(ReceiptReasons.Quote, Certified(item: listed => listed["certification"]!["pcrs"]!["sha256"]!["0"] = new string('1', 64)));
        foreach (var shown in new JsonNode?[] { null, "x", new JsonObject(), new JsonObject { ["sha256"] = 1 } })
        {
            Fails(ReceiptReasons.Quote, Certified(item: listed => listed["certification"]!["pcrs"] = shown), orAlso: ReceiptReasons.Statement);
        }

        Fails(ReceiptReasons.AttestationKey, Certified(item: Resigned));
        Fails(ReceiptReasons.Statement, ReceiptKeys.OfJwks(_maker.Jwks).CertifiedBy(Certified(item: listed => listed["kid"] = "another")));
    }

    [Fact]
    public void A_quote_that_says_something_else_is_named()
    {
        _maker.EditAttest = attest => attest with { ExtraData = new byte[32] };
        Fails(ReceiptReasons.Quote, Certified());
        _maker.EditAttest = attest => attest with { Magic = 1 };
        Fails(ReceiptReasons.Quote, Certified());
        _maker.EditAttest = attest => attest;
        _maker.Registers = [0];
        Fails(ReceiptReasons.Quote, Certified());
    }

    [Fact]
    public void Another_attestation_key_than_the_pinned_one_and_a_key_that_is_none_are_named()
    {
        using var other = SoftwareAttestationKey.EccP256();
        var pinned = Assert.Throws<ReceiptException>(() => ReceiptKeys.OfSigningKeys(_maker.SigningKeys(), other.Public.Name.ToString()));
        Assert.Equal(ReceiptReasons.AttestationKey, pinned.Reason);

        var keys = _maker.SigningKeys();
        var loose = _maker.Ak.Public with { Attributes = _maker.Ak.Public.Attributes & ~ObjectAttributes.Restricted };
        keys["ak"]!["public"] = System.Buffers.Text.Base64Url.EncodeToString(loose.ToSizedBytes());
        Fails(ReceiptReasons.AttestationKey, ReceiptKeys.OfSigningKeys(keys));
        keys["ak"]!["public"] = "AAAA";
        Assert.Equal(ReceiptReasons.AttestationKey, Assert.Throws<ReceiptException>(() => ReceiptKeys.OfSigningKeys(keys)).Reason);
    }

    private static void Resigned(JsonObject listed)
    {
        using var stranger = SoftwareAttestationKey.EccP256();
        var attest = System.Buffers.Text.Base64Url.DecodeFromChars(listed["certification"]!["attest"]!.GetValue<string>());
        listed["certification"]!["signature"] = System.Buffers.Text.Base64Url.EncodeToString(stranger.Sign(attest).ToBytes());
    }

    private ReceiptKeys Certified(Action<JsonObject>? statement = null, Action<JsonObject>? item = null) =>
        ReceiptKeys.OfSigningKeys(_maker.SigningKeys(statement, item));

    private void Fails(string reason, ReceiptKeys keys, string? orAlso = null)
    {
        var failed = Assert.Throws<ReceiptException>(() => Check(_maker.Receipt(), keys));
        Assert.Contains(failed.Reason, new[] { reason, orAlso });
    }

    private static void Fails(string reason, string receipt, ReceiptKeys keys, ReceiptExpectations? expected = null) =>
        Assert.Equal(reason, Assert.Throws<ReceiptException>(() => Check(receipt, keys, expected)).Reason);

    private static JsonObject Check(string receipt, ReceiptKeys keys, ReceiptExpectations? expected = null) =>
        new ReceiptCheck(keys, expected ?? new ReceiptExpectations()).Verify(receipt);
}
