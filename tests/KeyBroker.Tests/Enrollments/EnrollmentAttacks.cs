using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tests.Enrollments;

/// <summary>The attacks on a request to enrol (threats A02, A04, A10, A16, R1, R3); each reads as what the attacker does.</summary>
internal static class EnrollmentAttacks
{
    public static IReadOnlyList<EnrollmentAttack> All { get; } =
    [
        .. Controls(), .. AkAttributes(), .. RsaAks(), .. EccAks(), .. OtherAks(), .. EkAttributes(), .. EkTemplates(),
        .. Certificates(), .. Names(), .. PublicAreas(), .. Members(), .. Shape(), .. Transfer(),
    ];

    private static IEnumerable<EnrollmentAttack> Controls()
    {
        yield return Control("unchanged", c => c.Good);
        yield return Control("white_space", c => c.Good.Replace(":", " :\n", StringComparison.Ordinal));
        yield return Control("members_in_other_order", InOtherOrder);
        yield return Control("name_of_64_characters", Body(b => b["name"] = new string('a', 64)));
        foreach (var (name, template) in new (string, Func<EnrollmentCase, TpmPublic>)[]
        {
            ("l1", c => c.RsaEk),
            ("h1", c => Templates.HighRangeRsa2048 with { Unique = c.RsaEk.Unique }),
            ("h2", c => Templates.HighRangeEccP256 with { Unique = c.Ek.Unique }),
            ("h3", _ => Templates.HighRangeEccP384 with { Unique = EnrollmentCase.Point(ECCurve.NamedCurves.nistP384) }),
            ("h6", _ => Templates.HighRangeRsa3072 with { Unique = EnrollmentCase.Modulus(3072) }),
            ("h7", _ => Templates.HighRangeRsa4096 with { Unique = EnrollmentCase.Modulus(4096) }),
        })
        {
            yield return Control("ek_" + name, c => EnrollmentCase.With(template(c), c.Ak));
        }

        foreach (var hash in new[] { TpmAlgorithm.Sha256, TpmAlgorithm.Sha384, TpmAlgorithm.Sha512 })
        {
            var name = hash.ToString().ToLowerInvariant();
            yield return Control("ak_rsassa_" + name, RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaSsa, hash) }));
            yield return Control("ak_rsapss_" + name, RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaPss, hash) }));
            yield return Control("ak_ecdsa_" + name, EccAk(p => p with { Scheme = new(TpmAlgorithm.EcDsa, hash) }));
        }

        yield return Control("ak_rsa_3072", RsaAk(p => p with { KeyBits = 3072 }, () => EnrollmentCase.Modulus(3072)));
        yield return Control("ak_rsa_exponent_65537", RsaAk(p => p with { Exponent = 65537 }));
        yield return Control("ak_p384", EccAk(p => p with { Curve = TpmEccCurve.NistP384 }, () => EnrollmentCase.Point(ECCurve.NamedCurves.nistP384)));
        yield return Control("ak_no_da", Ak(ak => ak with { Attributes = ak.Attributes | ObjectAttributes.NoDa }));
    }

    private static IEnumerable<EnrollmentAttack> AkAttributes()
    {
        foreach (var attribute in new[]
        {
            ObjectAttributes.FixedTpm, ObjectAttributes.FixedParent, ObjectAttributes.SensitiveDataOrigin,
            ObjectAttributes.Restricted, ObjectAttributes.Sign,
        })
        {
            yield return Denied($"ak_not_{Lower(attribute)}", ReasonCodes.AttestationKeyAttributes, Ak(ak => ak with { Attributes = ak.Attributes & ~attribute }));
        }

        yield return Denied("ak_decrypt", ReasonCodes.AttestationKeyAttributes, Ak(ak => ak with { Attributes = ak.Attributes | ObjectAttributes.Decrypt }));
        yield return Denied("ak_decrypt_for_sign", ReasonCodes.AttestationKeyAttributes, Ak(
            ak => ak with { Attributes = ak.Attributes ^ (ObjectAttributes.Sign | ObjectAttributes.Decrypt) }));
        yield return Denied("ak_no_attributes", ReasonCodes.AttestationKeyAttributes, Ak(ak => ak with { Attributes = ObjectAttributes.None }));
        yield return Denied("ak_is_the_ek", ReasonCodes.AttestationKeyAttributes, c => EnrollmentCase.With(c.Ek, c.Ek));
        yield return Malformed("ak_reserved_attribute", Ak(ak => ak with { Attributes = ak.Attributes | (ObjectAttributes)(1u << 20) }));
        yield return Malformed("ak_lowest_attribute", Ak(ak => ak with { Attributes = ak.Attributes | (ObjectAttributes)1u }));
    }

    private static IEnumerable<EnrollmentAttack> RsaAks()
    {
        yield return WeakAk("rsa_1024", RsaAk(p => p with { KeyBits = 1024 }, () => EnrollmentCase.Modulus(1024)));
        yield return Malformed("ak_rsa_8192", RsaAk(p => p with { KeyBits = 8192 }, () => new RsaUnique(RandomModulus(1024))));
        yield return WeakAk("rsa_bits_without_such_a_modulus", RsaAk(p => p with { KeyBits = 3072 }));
        yield return WeakAk("rsa_modulus_even", Ak(ak => ak, c => c.RsaAk with { Unique = new RsaUnique(With(ModulusOf(c), ^1, 0)) }));
        yield return WeakAk("rsa_modulus_of_fewer_bits", Ak(ak => ak, c => c.RsaAk with { Unique = new RsaUnique(With(ModulusOf(c), 0, 0)) }));
        yield return WeakAk("rsa_modulus_empty", RsaAk(p => p, () => new RsaUnique(default)));
        foreach (var exponent in new uint[] { 1, 2, 3, 17, 65539, uint.MaxValue })
        {
            yield return WeakAk($"rsa_exponent_{exponent}", RsaAk(p => p with { Exponent = exponent }));
        }

        yield return WeakAk("rsassa_sha1", RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha1) }));
        yield return WeakAk("rsapss_sha1", RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha1) }));
        yield return WeakAk("rsassa_sha3", RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha3_256) }));
        yield return WeakAk("rsa_no_scheme", RsaAk(p => p with { Scheme = SignatureScheme.Null }));
        yield return WeakAk("rsaes", RsaAk(p => p with { Scheme = new(TpmAlgorithm.RsaEs, TpmAlgorithm.Null) }));
        yield return WeakAk("oaep", RsaAk(p => p with { Scheme = new(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256) }));
    }

    private static IEnumerable<EnrollmentAttack> EccAks()
    {
        yield return WeakAk("p192", EccAk(p => p with { Curve = (TpmEccCurve)0x0001 }, () => new EccUnique(new byte[24], new byte[24])));
        yield return WeakAk("p224", EccAk(p => p with { Curve = (TpmEccCurve)0x0002 }, () => new EccUnique(new byte[28], new byte[28])));
        yield return WeakAk("p521", EccAk(p => p with { Curve = TpmEccCurve.NistP521 }, () => EnrollmentCase.Point(ECCurve.NamedCurves.nistP521)));
        yield return WeakAk("bn_p256", EccAk(p => p with { Curve = (TpmEccCurve)0x0010 }));
        yield return WeakAk("sm2_p256", EccAk(p => p with { Curve = (TpmEccCurve)0x0020 }));
        yield return WeakAk("curve_none", EccAk(p => p with { Curve = TpmEccCurve.None }));
        yield return WeakAk("point_of_another_curve", EccAk(p => p with { Curve = TpmEccCurve.NistP384 }));
        yield return WeakAk("point_off_curve", Ak(ak => ak, c => c.Ak with { Unique = new EccUnique(((EccUnique)c.Ak.Unique).X, ((EccUnique)c.Ak.Unique).X) }));
        yield return WeakAk("point_at_origin", EccAk(p => p, () => new EccUnique(new byte[32], new byte[32])));
        yield return WeakAk("point_empty", EccAk(p => p, () => new EccUnique(default, default)));
        yield return WeakAk("ecdsa_sha1", EccAk(p => p with { Scheme = new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha1) }));
        yield return WeakAk("ecdaa", EccAk(p => p with { Scheme = new(TpmAlgorithm.Ecdaa, TpmAlgorithm.Sha256, 1) }));
        yield return WeakAk("schnorr", EccAk(p => p with { Scheme = new(TpmAlgorithm.EcSchnorr, TpmAlgorithm.Sha256) }));
        yield return WeakAk("sm2", EccAk(p => p with { Scheme = new(TpmAlgorithm.Sm2, TpmAlgorithm.Sha256) }));
        yield return WeakAk("ecdh", EccAk(p => p with { Scheme = new(TpmAlgorithm.Ecdh, TpmAlgorithm.Sha256) }));
        yield return WeakAk("ecc_no_scheme", EccAk(p => p with { Scheme = SignatureScheme.Null }));
    }

    private static IEnumerable<EnrollmentAttack> OtherAks()
    {
        var hmac = new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256);
        yield return WeakAk("keyed_hash", Ak(ak => ak with
        {
            Type = TpmAlgorithm.KeyedHash,
            Parameters = new KeyedHashParameters(hmac),
            Unique = new DigestUnique(new byte[32]),
        }));
        yield return WeakAk("symmetric", Ak(ak => ak with
        {
            Type = TpmAlgorithm.SymCipher,
            Parameters = new SymCipherParameters(SymmetricDefinition.Aes128Cfb),
            Unique = new DigestUnique(new byte[32]),
        }));
        yield return WeakAk("name_sha1", Ak(ak => ak with { NameAlgorithm = TpmAlgorithm.Sha1 }));
        yield return WeakAk("name_null", Ak(ak => ak with { NameAlgorithm = TpmAlgorithm.Null }));
        yield return Malformed("ak_name_sm3", Ak(ak => ak with { NameAlgorithm = TpmAlgorithm.Sm3 }));
        yield return Malformed("ak_rsa_scheme_for_ecc", EccAk(p => p with { Scheme = new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256) }));
        yield return Malformed("ak_type_unknown", AkBytes(bytes => With(bytes, 3, 0x77)));
    }

    private static IEnumerable<EnrollmentAttack> EkAttributes()
    {
        foreach (var attribute in Enum.GetValues<ObjectAttributes>().Where(attribute => attribute != ObjectAttributes.None))
        {
            yield return NoTemplate($"{Lower(attribute)}_changed", Ek(ek => ek with { Attributes = ek.Attributes ^ attribute }));
        }

        yield return NoTemplate("rsa_with_sign", RsaEk(ek => ek with { Attributes = ek.Attributes | ObjectAttributes.Sign }));
        yield return NoTemplate("is_the_ak", c => EnrollmentCase.With(c.Ak, c.Ak));
    }

    private static IEnumerable<EnrollmentAttack> EkTemplates()
    {
        yield return NoTemplate("policy_empty", Ek(ek => ek with { AuthPolicy = default }));
        yield return NoTemplate("policy_zero", Ek(ek => ek with { AuthPolicy = new byte[32] }));
        yield return NoTemplate("policy_of_high_range", Ek(ek => ek with { AuthPolicy = Templates.HighRangeEccP256.AuthPolicy }));
        yield return NoTemplate("attributes_of_high_range", Ek(ek => ek with { Attributes = Templates.HighRangeEccP256.Attributes }));
        yield return NoTemplate("name_sha384", Ek(ek => ek with { NameAlgorithm = TpmAlgorithm.Sha384 }));
        yield return NoTemplate("name_sha1", Ek(ek => ek with { NameAlgorithm = TpmAlgorithm.Sha1 }));
        yield return NoTemplate("name_null", Ek(ek => ek with { NameAlgorithm = TpmAlgorithm.Null }));
        yield return NoTemplate("aes_256", EccEk(p => p with { Symmetric = SymmetricDefinition.Aes256Cfb }));
        yield return NoTemplate("aes_cbc", EccEk(p => p with { Symmetric = new(TpmAlgorithm.Aes, 128, TpmAlgorithm.Cbc) }));
        yield return NoTemplate("no_symmetric", EccEk(p => p with { Symmetric = SymmetricDefinition.Null }));
        yield return NoTemplate("scheme", EccEk(p => p with { Scheme = new(TpmAlgorithm.Ecdh, TpmAlgorithm.Sha256) }));
        yield return NoTemplate("low_p384", Ek(ek => ek with
        {
            Parameters = (EccPublicParameters)ek.Parameters with { Curve = TpmEccCurve.NistP384 },
            Unique = EnrollmentCase.Point(ECCurve.NamedCurves.nistP384),
        }));
        yield return NoTemplate("point_off_curve", Ek(ek => ek with { Unique = new EccUnique(((EccUnique)ek.Unique).X, ((EccUnique)ek.Unique).X) }));
        yield return NoTemplate("point_at_origin", Ek(ek => ek with { Unique = new EccUnique(new byte[32], new byte[32]) }));
        yield return NoTemplate("rsa_1024", WeakRsa);
        yield return NoTemplate("rsa_low_3072", RsaEk(ek => ek with
        {
            Parameters = (RsaPublicParameters)ek.Parameters with { KeyBits = 3072 },
            Unique = EnrollmentCase.Modulus(3072),
        }));
        yield return NoTemplate("rsa_exponent_3", RsaEk(ek => ek with { Parameters = (RsaPublicParameters)ek.Parameters with { Exponent = 3 } }));
        yield return NoTemplate("rsa_oaep", RsaEk(ek => ek with
        {
            Parameters = (RsaPublicParameters)ek.Parameters with { Scheme = new(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256) },
        }));
        yield return NoTemplate("rsa_modulus_short", RsaEk(ek => ek with { Unique = EnrollmentCase.Modulus(1024) }));
        yield return NoTemplate("rsa_modulus_zero", RsaEk(ek => ek with { Unique = new RsaUnique(new byte[256]) }));
    }

    private static IEnumerable<EnrollmentAttack> Certificates()
    {
        // Nobody is trusted to certify TPMs here: only the shape of a certificate counts.
        yield return Control("ek_certificate", Body(b => b["ek"]!["certificate"] = "MIIB"));
        yield return Control("ek_intermediates", Body(b => Certificate(b, "MIIB", new JsonArray("MIIB", "MIIC"))));
        yield return Control("ek_intermediates_none", Body(b => Certificate(b, "MIIB", new JsonArray())));
        foreach (var (name, value) in new (string, JsonNode?)[] { ("null", null), ("number", 1), ("list", new JsonArray("MIIB")), ("padded", "MIIBAA=="), ("stray_bits", "MIJ") })
        {
            yield return Malformed("ek_certificate_" + name, Body(b => b["ek"]!["certificate"] = value?.DeepClone()));
        }

        yield return Malformed("ek_intermediates_alone", Body(b => b["ek"]!["intermediates"] = new JsonArray("MIIB")));
        yield return Malformed("ek_intermediates_text", Body(b => Certificate(b, "MIIB", "MIIB")));
        yield return Malformed("ek_intermediates_null", Body(b => Certificate(b, "MIIB", null)));
        yield return Malformed("ek_intermediates_of_null", Body(b => Certificate(b, "MIIB", new JsonArray((JsonNode?)null))));
        yield return Malformed("ek_intermediates_padded", Body(b => Certificate(b, "MIIB", new JsonArray("MIIBAA=="))));

        static void Certificate(JsonObject body, string certificate, JsonNode? intermediates) =>
            (body["ek"]!["certificate"], body["ek"]!["intermediates"]) = (certificate, intermediates?.DeepClone());
    }

    private static IEnumerable<EnrollmentAttack> Names()
    {
        foreach (var (name, value) in new[]
        {
            ("empty", ""), ("of_65_characters", new string('a', 65)), ("upper_case", "Web-1"), ("space", "web 1"), ("dot_first", ".web"), ("dash_last", "web-"),
            ("slash", "web/1"), ("dots", ".."), ("nul", "web\0"), ("newline", "web\n"), ("percent", "web%2f1"), ("umlaut", "w\u00e9b"), ("sql", "' OR 1=1 --"),
        })
        {
            yield return Malformed("name_" + name, Body(b => b["name"] = value));
        }

        yield return Malformed("name_number", Body(b => b["name"] = 1));
        yield return Malformed("name_null", Body(b => b["name"] = null));
        yield return Malformed("name_lone_surrogate", Text(t => t.Replace("\"web-1\"", "\"\\ud800\"", StringComparison.Ordinal)));
    }

    private static IEnumerable<EnrollmentAttack> PublicAreas()
    {
        foreach (var (name, change) in new (string, Func<byte[], byte[]>)[]
        {
            ("empty", _ => []), ("one_byte", bytes => bytes[..1]), ("only_a_size", bytes => bytes[..2]), ("size_zero", _ => [0, 0]),
            ("one_byte_short", bytes => bytes[..^1]), ("cut_in_half", bytes => bytes[..(bytes.Length / 2)]), ("trailing_byte", bytes => [.. bytes, 0]),
            ("size_one_more", bytes => With(bytes, 1, (byte)(bytes[1] + 1))), ("size_ffff", bytes => With(With(bytes, 0, 0xFF), 1, 0xFF)),
            ("without_its_size", bytes => bytes[2..]), ("sized_twice", bytes => [0, (byte)bytes.Length, .. bytes]), ("twice", bytes => [.. bytes, .. bytes]),
        })
        {
            yield return Malformed("ek_public_" + name, EkBytes(change));
            yield return Malformed("ak_public_" + name, AkBytes(change));
        }
    }

    private static IEnumerable<EnrollmentAttack> Members()
    {
        yield return Malformed("unknown_member", Body(b => b["labels"] = new JsonObject { ["role"] = "web" }));
        yield return Malformed("machine_given", Body(b => b["machine"] = "sha256-" + new string('0', 64)));
        yield return Malformed("ak_name_given", Body(b => b["ak"]!["name"] = Base64Url.Encode(new byte[34])));
        yield return Malformed("ek_unknown_member", Body(b => b["ek"]!["name"] = "AA"));
        yield return Malformed("member_in_other_case", Text(t => t.Replace("\"name\"", "\"Name\"", StringComparison.Ordinal)));
        foreach (var (name, member) in new[] { ("name", "\"name\":\"web-2\""), ("ek", "\"ek\":{}"), ("ak", "\"ak\":{}"), ("name_escaped", "\"n\\u0061me\":\"web-2\"") })
        {
            yield return Malformed("second_" + name, Text(t => t[..^1] + "," + member + "}"));
        }

        yield return Malformed("second_ek_public", Text(t => t.Replace("\"ek\":{", "\"ek\":{\"public\":\"AA\",", StringComparison.Ordinal)));
        yield return Malformed("second_ak_public", Text(t => t.Replace("\"ak\":{", "\"ak\":{\"public\":\"AA\",", StringComparison.Ordinal)));
        foreach (var member in new[] { "name", "ek", "ak" })
        {
            yield return Malformed(member + "_missing", Body(b => b.Remove(member)));
        }

        foreach (var member in new[] { "ek", "ak" })
        {
            yield return Malformed(member + "_null", Body(b => b[member] = null));
            yield return Malformed(member + "_array", Body(b => b[member] = new JsonArray()));
            yield return Malformed(member + "_text", Body(b => b[member] = (string)b[member]!["public"]!));
            yield return Malformed(member + "_public_missing", Body(b => b[member]!.AsObject().Remove("public")));
            yield return Malformed(member + "_public_number", Body(b => b[member]!["public"] = 1));
        }
    }

    private static IEnumerable<EnrollmentAttack> Shape()
    {
        yield return Malformed("body_empty", _ => "");
        yield return Malformed("body_array", Text(t => $"[{t}]"));
        yield return Malformed("body_trailing_byte", Text(t => t + "x"));
        yield return Malformed("body_trailing_nul", Text(t => t + "\0"));
        yield return Malformed("body_twice", Text(t => t + t));
        yield return Malformed("body_byte_order_mark", Text(t => "\uFEFF" + t));
        yield return Malformed("body_comment", Text(t => "/**/" + t));
        yield return Malformed("body_trailing_comma", Text(t => t[..^1] + ",}"));
        yield return Malformed("body_cut", Text(t => t[..^1]));
        yield return Malformed("body_too_deep", Body(b => b["ek"] = JsonNode.Parse(new string('[', 40) + new string(']', 40))));
        yield return Malformed("base64url_padded", Ak64(t => t + "="));
        yield return Malformed("base64url_newline", Ak64(t => t.Insert(4, "\n")));
        yield return Malformed("base64url_space", Ak64(t => t + " "));
        yield return Malformed("base64url_standard_alphabet", Ak64(t => "+" + t[1..]));
        yield return Malformed("base64url_one_character_over", Ak64(t => t + new string('A', 5 - (t.Length % 4))));
        yield return Malformed("base64url_stray_bits", Body(b => b["ek"]!["public"] = StrayBits((string)b["ek"]!["public"]!)));
    }

    private static IEnumerable<EnrollmentAttack> Transfer()
    {
        yield return new EnrollmentAttack("over_1_mib", ProblemCodes.TooLarge, null, c => c.Good) { SpacesAfter = 1 << 20 };
        foreach (var (name, type) in new[] { ("text", "text/plain"), ("form", "application/x-www-form-urlencoded"), ("xml", "application/xml"), ("utf16", "application/json; charset=utf-16") })
        {
            yield return new EnrollmentAttack("media_type_" + name, ProblemCodes.MediaType, null, c => c.Good) { ContentType = type };
        }
    }

    private static EnrollmentAttack Control(string name, Func<EnrollmentCase, string> mutate) => new("control_" + name, null, null, mutate);

    private static EnrollmentAttack Malformed(string name, Func<EnrollmentCase, string> mutate) =>
        new(name, ProblemCodes.RequestMalformed, ProblemCodes.RequestMalformed, mutate);

    private static EnrollmentAttack Denied(string name, string reason, Func<EnrollmentCase, string> mutate) =>
        new(name, ProblemCodes.EnrollmentDenied, reason, mutate);

    private static EnrollmentAttack WeakAk(string name, Func<EnrollmentCase, string> mutate) =>
        Denied("ak_" + name, ReasonCodes.AttestationKeyAlgorithm, mutate);

    private static EnrollmentAttack NoTemplate(string name, Func<EnrollmentCase, string> mutate) =>
        Denied("ek_" + name, ReasonCodes.EndorsementTemplate, mutate);

    private static Func<EnrollmentCase, string> Ak(Func<TpmPublic, TpmPublic> change, Func<EnrollmentCase, TpmPublic>? ak = null) =>
        c => EnrollmentCase.With(c.Ek, change((ak ?? (good => good.Ak))(c)));

    private static Func<EnrollmentCase, string> RsaAk(Func<RsaPublicParameters, RsaPublicParameters> change, Func<RsaUnique>? modulus = null) =>
        c => EnrollmentCase.With(c.Ek, c.RsaAk with
        {
            Parameters = change((RsaPublicParameters)c.RsaAk.Parameters),
            Unique = modulus?.Invoke() ?? c.RsaAk.Unique,
        });

    private static Func<EnrollmentCase, string> EccAk(Func<EccPublicParameters, EccPublicParameters> change, Func<EccUnique>? point = null) =>
        c => EnrollmentCase.With(c.Ek, c.Ak with
        {
            Parameters = change((EccPublicParameters)c.Ak.Parameters),
            Unique = point?.Invoke() ?? c.Ak.Unique,
        });

    private static Func<EnrollmentCase, string> Ek(Func<TpmPublic, TpmPublic> change) => c => EnrollmentCase.With(change(c.Ek), c.Ak);

    private static Func<EnrollmentCase, string> RsaEk(Func<TpmPublic, TpmPublic> change) => c => EnrollmentCase.With(change(c.RsaEk), c.Ak);

    private static Func<EnrollmentCase, string> EccEk(Func<EccPublicParameters, EccPublicParameters> change) =>
        Ek(ek => ek with { Parameters = change((EccPublicParameters)ek.Parameters) });

    private static Func<EnrollmentCase, string> EkBytes(Func<byte[], byte[]> change) =>
        c => EnrollmentCase.With(change(c.Ek.ToSizedBytes()), c.Ak.ToSizedBytes());

    private static Func<EnrollmentCase, string> AkBytes(Func<byte[], byte[]> change) =>
        c => EnrollmentCase.With(c.Ek.ToSizedBytes(), change(c.Ak.ToSizedBytes()));

    private static Func<EnrollmentCase, string> Text(Func<string, string> change) => c => change(c.Good);

    private static Func<EnrollmentCase, string> Body(Action<JsonObject> change) => c =>
    {
        var body = JsonNode.Parse(c.Good)!.AsObject();
        change(body);
        return body.ToJsonString();
    };

    private static Func<EnrollmentCase, string> Ak64(Func<string, string> change) =>
        Body(b => b["ak"]!["public"] = change((string)b["ak"]!["public"]!));

    private static string WeakRsa(EnrollmentCase c) => EnrollmentCase.With(
        c.RsaEk with
        {
            Parameters = (RsaPublicParameters)c.RsaEk.Parameters with { KeyBits = 1024 },
            Unique = EnrollmentCase.Modulus(1024),
        },
        c.Ak);

    private static string InOtherOrder(EnrollmentCase c)
    {
        var body = JsonNode.Parse(c.Good)!.AsObject();
        return new JsonObject(body.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
    }

    private static byte[] ModulusOf(EnrollmentCase c) => ((RsaUnique)c.RsaAk.Unique).Modulus.ToArray();

    // Making a key of that size takes seconds; only its form matters.
    private static byte[] RandomModulus(int bytes)
    {
        var modulus = RandomNumberGenerator.GetBytes(bytes);
        (modulus[0], modulus[^1]) = ((byte)(modulus[0] | 0x80), (byte)(modulus[^1] | 1));
        return modulus;
    }

    private static byte[] With(byte[] bytes, Index at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }

    private static string StrayBits(string text) => text[..^1] + (char)(text[^1] + 1);

    private static string Lower(ObjectAttributes attribute) => attribute.ToString().ToLowerInvariant();
}
