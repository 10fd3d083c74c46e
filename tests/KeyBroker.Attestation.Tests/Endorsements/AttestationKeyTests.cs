using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Endorsements;

public sealed class AttestationKeyTests
{
    public static TheoryData<string> Kinds => [.. TestKeys.Kinds];

    public static TheoryData<ObjectAttributes> Required =>
    [
        ObjectAttributes.FixedTpm, ObjectAttributes.FixedParent, ObjectAttributes.SensitiveDataOrigin,
        ObjectAttributes.Restricted, ObjectAttributes.Sign,
    ];

    public static TheoryData<string> WrongAlgorithms => [.. s_wrong.Keys];

    private static readonly Dictionary<string, Func<TpmPublic>> s_wrong = new(StringComparer.Ordinal)
    {
        ["rsa_1024"] = () => Rsa(rsa => rsa with { KeyBits = 1024 }, new byte[128]),
        ["rsa_bits_without_such_a_modulus"] = () => Rsa(rsa => rsa with { KeyBits = 3072 }),
        ["rsa_exponent_3"] = () => Rsa(rsa => rsa with { Exponent = 3 }),
        ["rsa_exponent_1"] = () => Rsa(rsa => rsa with { Exponent = 1 }),
        ["rsa_sha1"] = () => Rsa(rsa => rsa with { Scheme = new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha1) }),
        ["rsa_pss_sha1"] = () => Rsa(rsa => rsa with { Scheme = new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha1) }),
        ["rsa_no_scheme"] = () => Rsa(rsa => rsa with { Scheme = SignatureScheme.Null }),
        ["rsa_oaep"] = () => Rsa(rsa => rsa with { Scheme = new(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256) }),
        ["ecc_p521"] = () => Ecc(ecc => ecc with { Curve = TpmEccCurve.NistP521 }),
        ["ecc_p192"] = () => Ecc(ecc => ecc with { Curve = (TpmEccCurve)1 }),
        ["ecc_bn256"] = () => Ecc(ecc => ecc with { Curve = (TpmEccCurve)0x10 }),
        ["ecc_of_another_curve"] = () => Ecc(ecc => ecc with { Curve = TpmEccCurve.NistP384 }),
        ["ecc_sha1"] = () => Ecc(ecc => ecc with { Scheme = new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha1) }),
        ["ecc_ecdaa"] = () => Ecc(ecc => ecc with { Scheme = new(TpmAlgorithm.Ecdaa, TpmAlgorithm.Sha256, 1) }),
        ["ecc_no_scheme"] = () => Ecc(ecc => ecc with { Scheme = SignatureScheme.Null }),
        ["ecc_off_curve"] = () => TestKeys.Get("EcDsa-Sha256").Public with { Unique = new EccUnique(new byte[32], new byte[32]) },
        ["name_sha1"] = () => TestKeys.Get("EcDsa-Sha256").Public with { NameAlgorithm = TpmAlgorithm.Sha1 },
        ["name_null"] = () => TestKeys.Get("EcDsa-Sha256").Public with { NameAlgorithm = TpmAlgorithm.Null },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void Accepts_each_kind_and_names_it_by_its_own_bytes(string kind)
    {
        var publicArea = TestKeys.Get(kind).Public;
        Assert.Equal(publicArea.Name, AttestationKey.Check(publicArea).Name);
    }

    [Fact]
    public void Accepts_the_templates_of_the_client()
    {
        var key = TestKeys.Get("EcDsa-Sha256").Public;
        _ = AttestationKey.Check(Templates.AttestationKeyEccP256 with { Unique = key.Unique });
    }

    [Theory, MemberData(nameof(Required))]
    public void Refuses_a_key_that_lacks_one_attribute(ObjectAttributes missing)
    {
        var good = TestKeys.Get("EcDsa-Sha256").Public;
        Assert.Equal(ReasonCodes.AttestationKeyAttributes, Reason(good with { Attributes = good.Attributes & ~missing }));
    }

    [Fact]
    public void Refuses_a_key_that_also_decrypts()
    {
        var good = TestKeys.Get("RsaSsa-Sha256").Public;
        Assert.Equal(
            ReasonCodes.AttestationKeyAttributes,
            Reason(good with { Attributes = good.Attributes | ObjectAttributes.Decrypt }));
    }

    [Theory, MemberData(nameof(WrongAlgorithms))]
    public void Refuses_a_key_of_another_algorithm(string wrong) =>
        Assert.Equal(ReasonCodes.AttestationKeyAlgorithm, Reason(s_wrong[wrong]()));

    [Fact]
    public void Refuses_an_object_that_is_no_asymmetric_key()
    {
        var good = TestKeys.Get("EcDsa-Sha256").Public;
        var hmac = new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256));
        Assert.Equal(
            ReasonCodes.AttestationKeyAlgorithm,
            Reason(good with { Type = TpmAlgorithm.KeyedHash, Parameters = hmac, Unique = new DigestUnique(new byte[32]) }));
    }

    private static string Reason(TpmPublic publicArea)
    {
        var denied = Assert.Throws<DeniedException>(() => AttestationKey.Check(publicArea));
        Assert.Equal(ProblemCodes.EnrollmentDenied, denied.Code);
        return denied.Reasons[0].Code;
    }

    private static TpmPublic Rsa(Func<RsaPublicParameters, RsaPublicParameters> change, byte[]? modulus = null)
    {
        var good = TestKeys.Get("RsaSsa-Sha256").Public;
        var unique = modulus is null ? good.Unique : new RsaUnique(modulus);
        return good with { Parameters = change((RsaPublicParameters)good.Parameters), Unique = unique };
    }

    private static TpmPublic Ecc(Func<EccPublicParameters, EccPublicParameters> change)
    {
        var good = TestKeys.Get("EcDsa-Sha256").Public;
        return good with { Parameters = change((EccPublicParameters)good.Parameters) };
    }
}
