using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Tests.Recipients;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>The attacks on a quote, in the order of the checks that stop them; each reads as what the attacker does.</summary>
public static class QuoteAttacks
{
    // TPMS_ATTEST as EvidenceBuilder makes it: a 34-byte qualified signer, 32 bytes of extraData, one bank.
    private const int ExtraDataSize = 42;
    private const int Safe = 92;
    private const int BankCount = 101;
    private const int Bank = 105;
    private const int SizeOfSelect = 107;
    private const int PcrDigestSize = 111;

    public static IReadOnlyList<QuoteAttack> All { get; } =
    [
        .. BodyShape(), .. RuntimeShape(), .. KeyShape(), .. PcrShape(), .. SignatureShape(), .. Logs(),
        .. Signature(), .. MagicAndType(), .. AttestShape(), .. Binding(), .. ResidenceAttacks.All, .. Nonce(), .. Selection(), .. Digest(),
    ];

    /// <summary>Unusual, and right.</summary>
    public static IReadOnlyList<QuoteAttack> Controls { get; } =
    [
        Control("unchanged", b => b),
        Control("no_enc", b => b with { Enc = null }),
        Control("enc_rsa", b => b with { Enc = EvidenceBuilder.RsaJwk(2048) }),
        Control("jwk_unknown_member", b => b.With(Cnf(jwk => jwk["x-note"] = 1))),
        Control("jwk_fitting_members", b => b.With(Cnf(FitForSigning))),
        Control("two_banks", b => b with { Selection = [Of(TpmAlgorithm.Sha384, 7), Of(TpmAlgorithm.Sha256, 0, 23)] }),
        Control("sha1_beside", b => b with { Selection = [Of(TpmAlgorithm.Sha1, 7), Of(TpmAlgorithm.Sha256, 7)] }),
        Control("empty_bank_beside", b => b with { Selection = [Of(TpmAlgorithm.Sha1), Of(TpmAlgorithm.Sha256, 7)] }),
        Control("every_register", b => b with { Selection = [Of(TpmAlgorithm.Sha512, [.. Enumerable.Range(0, 24)])] }),
        .. ResidenceAttacks.Controls,
        Control("clock_not_safe", b => b with { Clock = b.Clock with { Safe = false } }),
    ];

    private static IEnumerable<QuoteAttack> BodyShape()
    {
        yield return Malformed("body_empty", Json(_ => ""));
        yield return Malformed("body_array", Json(json => $"[{json}]"));
        yield return Malformed("body_trailing_byte", Json(json => json + "x"));
        yield return Malformed("body_trailing_nul", Json(json => json + "\0"));
        yield return Malformed("body_byte_order_mark", Json(json => "\uFEFF" + json));
        yield return Malformed("body_comment", Json(json => "/**/" + json));
        yield return Malformed("body_trailing_comma", Json(json => json[..^1] + ",}"));
        yield return Malformed("body_unknown_member", Body(body => body["nonce"] = "AA"));
        yield return Malformed("body_member_in_other_case", Json(json => json.Replace("\"machine\"", "\"Machine\"")));
        yield return Malformed("body_lone_surrogate_name", Json(json => json[..^1] + ",\"\\ud800\":1}"));
        yield return Malformed("body_lone_surrogate_value", Json(json => json.Replace("\"sha256-0", "\"\\ud800")));
        yield return Malformed("body_too_deep", Body(body => body["pcrs"] = JsonNode.Parse(new string('[', 40) + new string(']', 40))));
        yield return Malformed("body_second_machine", Json(json => json[..^1] + ",\"machine\":\"sha256-11\"}"));
        yield return Malformed("body_second_pcrs", Json(json => json[..^1] + ",\"pcrs\":{}}"));
        yield return Malformed("body_second_pcrs_escaped", Json(json => json[..^1] + ",\"pcr\\u0073\":{}}"));
        yield return Malformed("body_no_machine", Body(body => body.Remove("machine")));
        yield return Malformed("body_no_pcrs", Body(body => body.Remove("pcrs")));
        yield return Malformed("body_no_attest", Body(body => body["quote"]!.AsObject().Remove("attest")));
        yield return Malformed("body_machine_number", Body(body => body["machine"] = 1));
        yield return Malformed("body_quote_null", Body(body => body["quote"] = null));
        yield return Malformed("quote_unknown_member", Body(body => body["quote"]!["ak"] = "AA"));
        yield return Malformed("base64url_padded", Attest(text => text + "="));
        yield return Malformed("base64url_newline", Attest(text => text.Insert(4, "\n")));
        yield return Malformed("base64url_space", Attest(text => text + " "));
        yield return Malformed("base64url_standard_alphabet", Attest(text => "+" + text[1..]));
        yield return Malformed("base64url_one_character_over", Attest(text => text + new string('A', 5 - (text.Length % 4))));
        yield return Malformed("base64url_stray_bits", Body(body => body["runtimeData"] = "AB"));
    }

    private static IEnumerable<QuoteAttack> RuntimeShape()
    {
        yield return Malformed("runtime_not_json", Runtime(_ => "nonce"));
        yield return Malformed("runtime_trailing_byte", Runtime(json => json + "}"));
        yield return Malformed("runtime_unknown_member", Runtime(json => json[..^1] + ",\"aud\":\"x\"}"));
        yield return Malformed("runtime_second_nonce", Runtime(json => json[..^1] + ",\"nonce\":\"AA\"}"));
        yield return Malformed("runtime_second_key_coordinate", Runtime(json => json.Replace("\"kty\":\"EC\"", "\"kty\":\"EC\",\"x\":\"AA\"")));
        yield return Malformed("runtime_no_nonce", Runtime(json => json.Replace("\"nonce\"", "\"enc2\"")));
        yield return Malformed("runtime_nonce_padded", Runtime(json => json.Replace("\"nonce\":\"", "\"nonce\":\"=")));
        yield return Malformed("runtime_no_cnf", Runtime(_ => """{"nonce":"AAAA"}"""));
        yield return Malformed("runtime_cnf_without_jwk", Runtime(json => json.Replace("\"jwk\"", "\"jkt\"")));
        yield return Malformed("runtime_cnf_unknown_member", Runtime(json => json.Replace("{\"jwk\"", "{\"kid\":\"a\",\"jwk\"")));
    }

    private static IEnumerable<QuoteAttack> KeyShape()
    {
        yield return Malformed("cnf_private", Cnf(jwk => jwk["d"] = jwk["x"]!.DeepClone()));
        yield return Malformed("cnf_symmetric_member", Cnf(jwk => jwk["k"] = "AAAA"));
        yield return Malformed("cnf_p384", b => b with { Cnf = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP384) });
        yield return Malformed("cnf_rsa", b => b with { Cnf = EvidenceBuilder.RsaJwk(2048) });
        yield return Malformed("cnf_curve_of_others", Cnf(jwk => jwk["crv"] = "secp256k1"));
        yield return Malformed("cnf_type_oct", Cnf(jwk => jwk["kty"] = "oct"));
        yield return Malformed("cnf_off_curve", Cnf(jwk => jwk["y"] = jwk["x"]!.DeepClone()));
        yield return Malformed("cnf_origin", Cnf(jwk => (jwk["x"], jwk["y"]) = (Base64Url.Encode(new byte[32]), Base64Url.Encode(new byte[32]))));
        yield return Malformed("cnf_short_coordinate", Cnf(jwk => jwk["x"] = Base64Url.Encode(new byte[31])));
        yield return Malformed("cnf_long_coordinate", Cnf(jwk => jwk["x"] = Base64Url.Encode([0, .. Base64Url.Decode((string)jwk["x"]!)])));
        yield return Malformed("cnf_use_enc", Cnf(jwk => jwk["use"] = "enc"));
        yield return Malformed("cnf_alg_es384", Cnf(jwk => jwk["alg"] = "ES384"));
        yield return Malformed("cnf_alg_ecdh", Cnf(jwk => jwk["alg"] = "ECDH-ES"));
        yield return Malformed("cnf_key_ops_derive", Cnf(jwk => jwk["key_ops"] = new JsonArray("deriveKey")));
        yield return Malformed("cnf_key_ops_text", Cnf(jwk => jwk["key_ops"] = "verify"));
        yield return Malformed("cnf_kid_number", Cnf(jwk => jwk["kid"] = 1));
        yield return Malformed("enc_same_as_cnf", b => b with { Enc = b.Cnf });
        yield return Malformed("enc_same_as_cnf_otherwise_written", b => b with { Enc = Changed(b.Cnf, jwk => jwk["kid"] = "other") });
        yield return Malformed("enc_private", b => b with { Enc = Changed(b.Enc!, jwk => jwk["d"] = "AAAA") });
        yield return Malformed("enc_p384", b => b with { Enc = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP384) });
        yield return Malformed("enc_rsa_1024", b => b with { Enc = EvidenceBuilder.RsaJwk(1024) });
        yield return Malformed("enc_rsa_exponent_one", b => b with { Enc = Changed(EvidenceBuilder.RsaJwk(2048), jwk => jwk["e"] = "AQ") });
        yield return Malformed("enc_use_sig", b => b with { Enc = Changed(b.Enc!, jwk => jwk["use"] = "sig") });
        yield return Malformed("enc_alg_es256", b => b with { Enc = Changed(b.Enc!, jwk => jwk["alg"] = "ES256") });
        yield return Malformed("enc_key_ops_verify", b => b with { Enc = Changed(b.Enc!, jwk => jwk["key_ops"] = new JsonArray("verify")) });
        yield return Malformed("enc_null", Runtime(json => json[..json.IndexOf(",\"enc\"", StringComparison.Ordinal)] + ",\"enc\":null}"));
    }

    private static IEnumerable<QuoteAttack> PcrShape()
    {
        yield return Malformed("pcrs_array", Body(body => body["pcrs"] = new JsonArray()));
        yield return Malformed("pcrs_unknown_bank", Body(body => body["pcrs"]!["md5"] = new JsonObject()));
        yield return Malformed("pcrs_bank_in_other_case", Body(body => body["pcrs"]!["SHA256"] = new JsonObject()));
        yield return Malformed("pcrs_bank_array", Body(body => body["pcrs"]!["sha256"] = new JsonArray()));
        foreach (var index in new[] { "24", "4294967296", "99999999999", "07", "+7", "-1", " 7", "7 ", "0x7", "", "\u0667" })
        {
            yield return Malformed($"pcrs_index_{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(index))}", Value(bank => bank[index] = new string('0', 64)));
        }

        yield return Malformed("pcrs_second_value", Json(json => json.Replace("\"sha256\":{", "\"sha256\":{\"7\":\"" + new string('0', 64) + "\",")));
        yield return Malformed("pcrs_value_short", Value(bank => bank["7"] = new string('0', 62)));
        yield return Malformed("pcrs_value_long", Value(bank => bank["7"] = new string('0', 66)));
        yield return Malformed("pcrs_value_of_sha1", Value(bank => bank["7"] = new string('0', 40)));
        yield return Malformed("pcrs_value_upper_case", Value(bank => bank["7"] = new string('A', 64)));
        yield return Malformed("pcrs_value_not_hex", Value(bank => bank["7"] = new string('g', 64)));
        yield return Malformed("pcrs_value_number", Value(bank => bank["7"] = 0));
        yield return Malformed("pcrs_value_lone_surrogate", Json(json => json.Replace("\"7\":\"17", "\"7\":\"\\ud800")));
    }

    private static IEnumerable<QuoteAttack> SignatureShape()
    {
        foreach (var length in new[] { 0, 1, 2, 4, 6 })
        {
            yield return Malformed($"signature_cut_to_{length}", Signed(bytes => bytes[..length]));
        }

        yield return Malformed("signature_trailing_byte", Signed(bytes => [.. bytes, 0]));
        yield return Malformed("signature_scheme_hmac", Signed(bytes => WithUInt16(bytes, 0, (ushort)TpmAlgorithm.Hmac)));
        yield return Malformed("signature_scheme_ecdaa", Signed(bytes => WithUInt16(bytes, 0, (ushort)TpmAlgorithm.Ecdaa)));
        yield return Malformed("signature_scheme_null", Signed(bytes => WithUInt16(bytes, 0, (ushort)TpmAlgorithm.Null)));
        yield return Malformed("signature_hash_unknown", Signed(bytes => WithUInt16(bytes, 2, 0x1234)));
        yield return Malformed("signature_length_over_end", Signed(bytes => WithUInt16(bytes, 4, 0xFFFF)));
    }

    private static IEnumerable<QuoteAttack> Logs()
    {
        yield return new QuoteAttack("log_imaLog", ProblemCodes.OperationUnsupported, ProblemCodes.OperationUnsupported, Body(body => body["imaLog"] = "AAAA"));
        yield return Malformed("log_not_canonical", Body(body => body["eventLog"] = "AAB"));
        yield return Malformed("log_null", Body(body => body["eventLog"] = null));
        yield return Malformed("log_list", Body(body => body["eventLog"] = new JsonArray("AAAA")));
        yield return Denied("log_eventLog", ReasonCodes.EventLog, Body(body => body["eventLog"] = "AAAA"));
        yield return Denied("log_empty", ReasonCodes.EventLog, Body(body => body["eventLog"] = ""));
    }

    private static IEnumerable<QuoteAttack> Signature()
    {
        yield return Denied("signature_zero", ReasonCodes.QuoteSignature, Signed(Zeroed));
        yield return Denied("signature_hash_sha1", ReasonCodes.QuoteSignature, Signed(bytes => WithUInt16(bytes, 2, (ushort)TpmAlgorithm.Sha1)));
        yield return Denied("signature_hash_other", ReasonCodes.QuoteSignature, Signed(OtherHash));
        yield return Denied("signature_scheme_other", ReasonCodes.QuoteSignature, Signed(OtherScheme));
        yield return Denied("signature_by_another_key", ReasonCodes.QuoteSignature, ByAnotherKey);
        yield return Denied("attest_bit_changed", ReasonCodes.QuoteSignature, b => b with { SwapAttest = bytes => Flip(bytes, 50) });
        yield return Denied("attest_byte_appended", ReasonCodes.QuoteSignature, b => b with { SwapAttest = bytes => [.. bytes, 0] });
        yield return Denied("attest_empty", ReasonCodes.QuoteSignature, b => b with { SwapAttest = _ => [] });
    }

    private static IEnumerable<QuoteAttack> MagicAndType()
    {
        yield return Denied("magic_deadbeef", ReasonCodes.QuoteMagic, b => b with { Magic = 0xDEADBEEF });
        yield return Denied("magic_byte_swapped", ReasonCodes.QuoteMagic, b => b with { Magic = BinaryPrimitives.ReverseEndianness(Tpm.Structures.Attest.GeneratedValue) });
        yield return Denied("magic_zero", ReasonCodes.QuoteMagic, b => b with { Magic = 0 });
        yield return Denied("magic_wrong_in_rubbish", ReasonCodes.QuoteMagic, Attested(_ => [1, 2, 3, 4, 5, 6, 7]));
        yield return Denied("magic_absent", ReasonCodes.QuoteMagic, Attested(bytes => bytes[..3]));
        yield return Denied("attest_in_tpm2b", ReasonCodes.QuoteMagic, Attested(bytes => [0, checked((byte)bytes.Length), .. bytes]));
        foreach (var type in new ushort[] { 0x8014, 0x8015, 0x8016, 0x8017, 0x8019, 0x801A, 0x801C, 0x0018, 0x1880 })
        {
            yield return Denied($"type_{type:x4}", ReasonCodes.QuoteType, b => b with { Type = type });
        }

        yield return Denied("type_absent", ReasonCodes.QuoteType, Attested(bytes => bytes[..5]));
    }

    private static IEnumerable<QuoteAttack> AttestShape()
    {
        yield return Undecodable("attest_trailing_byte", bytes => [.. bytes, 0]);
        yield return Undecodable("attest_twice", bytes => [.. bytes, .. bytes]);
        yield return Undecodable("attest_one_byte_short", bytes => bytes[..^1]);
        yield return Undecodable("attest_header_only", bytes => bytes[..6]);
        yield return Undecodable("attest_extra_data_size_ffff", bytes => WithUInt16(bytes, ExtraDataSize, 0xFFFF));
        yield return Undecodable("attest_extra_data_size_one_more", bytes => WithUInt16(bytes, ExtraDataSize, 33));
        yield return Undecodable("attest_safe_two", bytes => With(bytes, Safe, 2));
        yield return Undecodable("attest_bank_count_huge", bytes => With(bytes, BankCount, 0xFF));
        yield return Undecodable("attest_bank_count_two", bytes => With(bytes, BankCount + 3, 2));
        foreach (var size in new byte[] { 0, 1, 2, 4, 255 })
        {
            yield return Undecodable($"attest_size_of_select_{size}", bytes => With(bytes, SizeOfSelect, size));
        }

        yield return Undecodable("attest_bitmap_of_four_bytes", bytes => [.. With(bytes, SizeOfSelect, 4)[..PcrDigestSize], 0, .. bytes[PcrDigestSize..]]);
        yield return Undecodable("attest_digest_size_ffff", bytes => WithUInt16(bytes, PcrDigestSize, 0xFFFF));
    }

    private static IEnumerable<QuoteAttack> Binding()
    {
        yield return Denied("binding_first_31_bytes", ReasonCodes.QuoteBinding, b => b with { EditExtraData = bytes => bytes[..31] });
        yield return Denied("binding_first_16_bytes", ReasonCodes.QuoteBinding, b => b with { EditExtraData = bytes => bytes[..16] });
        yield return Denied("binding_zero_appended", ReasonCodes.QuoteBinding, b => b with { EditExtraData = bytes => [.. bytes, 0] });
        yield return Denied("binding_empty", ReasonCodes.QuoteBinding, b => b with { EditExtraData = _ => [] });
        yield return Denied("binding_the_nonce_itself", ReasonCodes.QuoteBinding, b => b with { EditExtraData = _ => b.Nonce[..32] });
        yield return Denied("binding_cnf_swapped", ReasonCodes.QuoteBinding, Swap(json => json["cnf"]!["jwk"] = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)));
        yield return Denied("binding_enc_swapped", ReasonCodes.QuoteBinding, Swap(json => json["enc"] = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)));
        yield return Denied("binding_cnf_and_enc_exchanged", ReasonCodes.QuoteBinding, Swap(Exchange));
        yield return Denied("binding_enc_removed", ReasonCodes.QuoteBinding, Swap(json => json.Remove("enc")));
        yield return Denied("binding_nonce_swapped", ReasonCodes.QuoteBinding, Swap(json => json["nonce"] = "AAAA"));
        yield return Denied("binding_space_added", ReasonCodes.QuoteBinding, b => b with { SwapRuntimeData = json => json + " " });
    }

    private static IEnumerable<QuoteAttack> Nonce()
    {
        yield return Denied("nonce_random", ReasonCodes.NonceUnknown, b => b with { Nonce = RandomNumberGenerator.GetBytes(55) });
        yield return Denied("nonce_empty", ReasonCodes.NonceUnknown, b => b with { Nonce = [] });
        yield return Denied("nonce_cut", ReasonCodes.NonceUnknown, b => b with { Nonce = b.Nonce[..^1] });
        yield return Denied("nonce_only_random_part", ReasonCodes.NonceUnknown, b => b with { Nonce = b.Nonce[..32] });
        yield return Denied("nonce_zero_appended", ReasonCodes.NonceUnknown, b => b with { Nonce = [.. b.Nonce, 0] });
        yield return Denied("nonce_random_part_changed", ReasonCodes.NonceUnknown, b => b with { Nonce = Flip(b.Nonce, 0) });
        yield return Denied("nonce_expiry_changed", ReasonCodes.NonceUnknown, b => b with { Nonce = Flip(b.Nonce, 34) });
        yield return Denied("nonce_mac_changed", ReasonCodes.NonceUnknown, b => b with { Nonce = Flip(b.Nonce, 54) });
    }

    private static IEnumerable<QuoteAttack> Selection()
    {
        yield return Denied("selection_empty", ReasonCodes.PcrSelection, b => b with { Selection = [] });
        yield return Denied("selection_empty_with_values", ReasonCodes.PcrSelection, b => b with { Selection = [], EditBody = Good(b) });
        yield return Denied("selection_bitmap_empty", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha256)] });
        yield return Denied("selection_bitmap_empty_with_values", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha256)], EditBody = Good(b) });
        yield return Denied("selection_other_registers", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha256, 8, 9, 10)], EditBody = Good(b) });
        yield return Denied("selection_smaller_than_values", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha256, 0, 4)], EditBody = Good(b) });
        yield return Denied("selection_of_other_bank", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha384, 0, 4, 7)], EditBody = Good(b) });
        yield return Denied("selection_bank_twice", ReasonCodes.PcrSelection, b => b with { Selection = [Of(TpmAlgorithm.Sha256, 0), Of(TpmAlgorithm.Sha256, 4, 7)], EditBody = Good(b) });
        yield return Denied("selection_bank_twice_the_same", ReasonCodes.PcrSelection, b => b with { Selection = [b.Selection[0], b.Selection[0]] });
        yield return Denied("selection_bank_unknown", ReasonCodes.PcrSelection, b => b with { EditAttest = bytes => WithUInt16(bytes, Bank, (ushort)TpmAlgorithm.Sm3) });
        yield return Denied("values_one_missing", ReasonCodes.PcrSelection, Value(bank => bank.Remove("7")));
        yield return Denied("values_none", ReasonCodes.PcrSelection, Body(body => body["pcrs"] = new JsonObject()));
        yield return Denied("values_one_more", ReasonCodes.PcrSelection, Value(bank => bank["8"] = new string('0', 64)));
        yield return Denied("values_of_another_register", ReasonCodes.PcrSelection, Value(Renumber));
        yield return Denied("values_of_another_bank_beside", ReasonCodes.PcrSelection, Body(body => body["pcrs"]!["sha1"] = new JsonObject { ["7"] = new string('0', 40) }));
    }

    private static IEnumerable<QuoteAttack> Digest()
    {
        yield return Denied("value_differs", ReasonCodes.PcrDigest, Value(bank => bank["7"] = new string('0', 64)));
        yield return Denied("values_exchanged", ReasonCodes.PcrDigest, Value(bank => (bank["0"], bank["7"]) = (bank["7"]!.DeepClone(), bank["0"]!.DeepClone())));
        yield return Denied("digest_by_another_hash", ReasonCodes.PcrDigest, b => b with { DigestHash = b.Key.Hash == TpmAlgorithm.Sha256 ? TpmAlgorithm.Sha384 : TpmAlgorithm.Sha256 });
        yield return Denied("digest_empty", ReasonCodes.PcrDigest, b => b with { EditPcrDigest = _ => [] });
        yield return Denied("digest_of_nothing", ReasonCodes.PcrDigest, b => b with { EditPcrDigest = _ => SHA256.HashData([]) });
        yield return Denied("digest_cut", ReasonCodes.PcrDigest, b => b with { EditPcrDigest = bytes => bytes[..^1] });
        yield return Denied("digest_zero_appended", ReasonCodes.PcrDigest, b => b with { EditPcrDigest = bytes => bytes.Length < 64 ? [.. bytes, 0] : bytes[1..] });
    }

    private static QuoteAttack Control(string name, Func<EvidenceBuilder, EvidenceBuilder> mutate) => new(name, "", null, mutate);

    private static QuoteAttack Malformed(string name, Func<EvidenceBuilder, EvidenceBuilder> mutate) =>
        new(name, ProblemCodes.RequestMalformed, ProblemCodes.RequestMalformed, mutate);

    private static QuoteAttack Denied(string name, string reason, Func<EvidenceBuilder, EvidenceBuilder> mutate) =>
        new(name, ProblemCodes.AttestationDenied, reason, mutate);

    // Signed by the key itself, as no TPM would: the decoder stands alone.
    private static QuoteAttack Undecodable(string name, Func<byte[], byte[]> edit) =>
        new(name, ProblemCodes.EvidenceMalformed, ProblemCodes.EvidenceMalformed, Attested(edit));

    private static Func<EvidenceBuilder, EvidenceBuilder> Json(Func<string, string> edit) => b => b with { EditJson = edit };

    private static Func<EvidenceBuilder, EvidenceBuilder> Body(Action<JsonObject> edit) => b => b with { EditBody = edit };

    private static Func<EvidenceBuilder, EvidenceBuilder> Value(Action<JsonObject> edit) =>
        Body(body => edit(body["pcrs"]!["sha256"]!.AsObject()));

    private static Func<EvidenceBuilder, EvidenceBuilder> Attest(Func<string, string> edit) =>
        Body(body => body["quote"]!["attest"] = edit((string)body["quote"]!["attest"]!));

    private static Func<EvidenceBuilder, EvidenceBuilder> Runtime(Func<string, string> edit) =>
        b => b with { EditRuntimeData = edit };

    private static Func<EvidenceBuilder, EvidenceBuilder> Cnf(Action<JsonObject> edit) =>
        b => b with { Cnf = Changed(b.Cnf, edit) };

    private static Func<EvidenceBuilder, EvidenceBuilder> Attested(Func<byte[], byte[]> edit) =>
        b => b with { EditAttest = edit };

    private static Func<EvidenceBuilder, EvidenceBuilder> Signed(Func<byte[], byte[]> edit) =>
        b => b with { EditSignature = edit };

    private static Func<EvidenceBuilder, EvidenceBuilder> Swap(Action<JsonObject> edit) =>
        b => b with { SwapRuntimeData = json => Changed(JsonNode.Parse(json)!.AsObject(), edit).ToJsonString() };

    private static JsonObject Changed(JsonObject source, Action<JsonObject> edit)
    {
        var copy = source.DeepClone().AsObject();
        edit(copy);
        return copy;
    }

    // The values that belong to the unchanged selection.
    private static Action<JsonObject> Good(EvidenceBuilder builder) => body =>
        body["pcrs"] = JsonNode.Parse(builder.Build())!["pcrs"]!.DeepClone();

    private static void FitForSigning(JsonObject jwk)
    {
        jwk["use"] = "sig";
        jwk["alg"] = "ES256";
        jwk["kid"] = "proof";
        jwk["key_ops"] = new JsonArray("verify");
    }

    private static void Exchange(JsonObject runtime)
    {
        var (cnf, enc) = (runtime["cnf"]!["jwk"]!.DeepClone(), runtime["enc"]!.DeepClone());
        runtime["cnf"]!["jwk"] = enc;
        runtime["enc"] = cnf;
    }

    private static void Renumber(JsonObject bank)
    {
        bank["8"] = bank["7"]!.DeepClone();
        bank.Remove("7");
    }

    // Of the right form and scheme, over the right bytes; only the key is the attacker's.
    private static EvidenceBuilder ByAnotherKey(EvidenceBuilder builder)
    {
        byte[] attest = [];
        return builder with
        {
            EditAttest = bytes => attest = bytes,
            EditSignature = signature => TestKeys.Another(TpmSignature.Parse(signature)).Sign(attest).ToBytes(),
        };
    }

    private static byte[] Zeroed(byte[] bytes)
    {
        var signature = TpmSignature.Parse(bytes);
        return signature.Algorithm == TpmAlgorithm.EcDsa
            ? TpmSignature.OfEcdsa(signature.Hash, new byte[signature.R.Length], new byte[signature.S.Length]).ToBytes()
            : TpmSignature.OfRsa(signature.Algorithm, signature.Hash, new byte[signature.Rsa.Length]).ToBytes();
    }

    private static byte[] OtherHash(byte[] signature) => WithUInt16(signature, 2, (ushort)(
        BinaryPrimitives.ReadUInt16BigEndian(signature.AsSpan(2)) == (ushort)TpmAlgorithm.Sha256
            ? TpmAlgorithm.Sha512
            : TpmAlgorithm.Sha256));

    // The signature stays what it was where the other scheme has the same form, and becomes a well-formed one otherwise.
    private static byte[] OtherScheme(byte[] bytes)
    {
        var signature = TpmSignature.Parse(bytes);
        return signature.Algorithm switch
        {
            TpmAlgorithm.RsaSsa => TpmSignature.OfRsa(TpmAlgorithm.RsaPss, signature.Hash, signature.Rsa).ToBytes(),
            TpmAlgorithm.RsaPss => TpmSignature.OfRsa(TpmAlgorithm.RsaSsa, signature.Hash, signature.Rsa).ToBytes(),
            _ => TpmSignature.OfRsa(TpmAlgorithm.RsaSsa, signature.Hash, new byte[256]).ToBytes(),
        };
    }

    private static PcrSelection Of(TpmAlgorithm bank, params int[] indices) => PcrSelection.Of(bank, indices);

    private static byte[] Flip(byte[] bytes, int at) => With(bytes, at, (byte)(bytes[at] ^ 1));

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }

    private static byte[] WithUInt16(byte[] bytes, int at, ushort value)
    {
        byte[] changed = [.. bytes];
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at), value);
        return changed;
    }
}
