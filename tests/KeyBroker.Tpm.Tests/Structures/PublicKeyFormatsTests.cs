using System.Buffers.Text;
using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

/// <summary>Public keys go from TPM to PEM and JWK and back, and only what is exactly one key is taken.</summary>
public sealed class PublicKeyFormatsTests
{
    // RFC 7638, 3.1, and RFC 7517, A.1.
    private const string RsaJwk = """{"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}""";
    private const string EccJwk = """{"crv":"P-256","kty":"EC","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}""";

    public static TheoryData<string> Jwks => [RsaJwk, EccJwk];

    public static TheoryData<string> Kinds => ["rsa", "rsa-3", "p256", "p384", "p521"];

    [Theory]
    [MemberData(nameof(Jwks))]
    public void Published_keys_come_out_as_they_went_in(string jwk)
    {
        var area = PublicKeyFormats.FromJwk(jwk);
        Assert.Equal(jwk, PublicKeyFormats.ToJwk(area));
        Assert.Equal(area, PublicKeyFormats.FromPem(PublicKeyFormats.ToPem(area)));
        Assert.Equal(area, TpmPublic.Parse(area.ToBytes()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_form_holds_the_same_key(string kind)
    {
        using var key = Make(kind);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        var area = PublicKeyFormats.FromPem(pem);
        Assert.Equal(pem, PublicKeyFormats.ToPem(area));
        Assert.Equal(area, PublicKeyFormats.FromJwk(PublicKeyFormats.ToJwk(area)));
        Assert.Equal(area, PublicKeyFormats.FromKey(key));
        using var again = area.ToKey();
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), again.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_key_is_like_its_template_in_all_but_its_numbers()
    {
        var like = Templates.AttestationKeyEccP256;
        var area = PublicKeyFormats.FromJwk(EccJwk, like);
        Assert.Equal(like, area with { Unique = like.Unique });
        var spelt = Templates.AttestationKeyRsa2048 with
        {
            Parameters = (RsaPublicParameters)Templates.AttestationKeyRsa2048.Parameters with { Exponent = 65537 },
        };
        Assert.Equal(spelt.Parameters, PublicKeyFormats.FromJwk(RsaJwk, spelt).Parameters);
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromJwk(RsaJwk, like));
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromJwk(EccJwk, Templates.AttestationKeyRsa2048));
    }

    public static TheoryData<string> NotJwks =>
    [
        "", "null", "[]", "{}", "x", EccJwk + " x", EccJwk[..^1] + ",\"d\":\"AA\"}", EccJwk[..^1] + ",\"x\":\"AA\"}",
        EccJwk.Replace("P-256", "P-384"), EccJwk.Replace("P-256", "secp256k1"), EccJwk.Replace("EC", "oct"),
        EccJwk.Replace("FyM\"", "FyM=\""), EccJwk.Replace("FyM\"", "FyN\""), EccJwk.Replace("FyM\"", "F\""),
        EccJwk.Replace("4Etl", "4Et l"), EccJwk.Replace("\"MKB", "\"AMKB"), EccJwk.Replace("4Etl", "5Etl"),
        RsaJwk.Replace("AQAB", ""), RsaJwk.Replace("AQAB", "AAEAAQ"), RsaJwk.Replace("\"AQAB\"", "1"),
        RsaJwk.Replace("\"0vx7", "\"AAAA0vx7"), RsaJwk.Replace("AQAB", "AQABAQAB"),
    ];

    [Theory]
    [MemberData(nameof(NotJwks))]
    public void Refuses_what_is_not_one_public_jwk(string text) =>
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromJwk(text));

    [Theory]
    [InlineData(256, 0xFF, 0x00, 0x03)]
    [InlineData(256, 0x7F, 0x01, 0x03)]
    [InlineData(1, 0xFF, 0xFF, 0x03)]
    [InlineData(600, 0xFF, 0x01, 0x03)]
    [InlineData(256, 0xFF, 0x01, 0x01)]
    [InlineData(256, 0xFF, 0x01, 0x02)]
    public void Refuses_an_rsa_key_that_it_could_not_write_again(int size, byte first, byte last, byte exponent)
    {
        var modulus = new byte[size];
        (modulus[0], modulus[^1]) = (first, last);
        var jwk = $$"""{"e":"{{Base64Url.EncodeToString([exponent])}}","kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}"}""";
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromJwk(jwk));
    }

    [Fact]
    public void Refuses_an_rsa_key_that_no_tpm_holds()
    {
        using var key = RSA.Create(new RSAParameters { Modulus = [0xFF, .. new byte[1022], 1], Exponent = [1, 0, 1] });
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromKey(key));
        Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void Refuses_what_is_not_one_public_pem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        Assert.All(
            [
                "", "x", pem + pem, "x\n" + pem, pem + "x", key.ExportPkcs8PrivateKeyPem(), other.ExportSubjectPublicKeyInfoPem(),
                pem.Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal),
                PemEncoding.WriteString("PUBLIC KEY", [.. key.ExportSubjectPublicKeyInfo(), 0]),
                PemEncoding.WriteString("PUBLIC KEY", key.ExportSubjectPublicKeyInfo().AsSpan(1)),
            ],
            text => Assert.Throws<TpmFormatException>(() => PublicKeyFormats.FromPem(text)));
    }

    private static AsymmetricAlgorithm Make(string kind) => kind switch
    {
        "rsa" => RSA.Create(3072),
        "rsa-3" => RSA.Create(new RSAParameters { Modulus = ModulusOf(RSA.Create(2048)), Exponent = [3] }),
        "p256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "p384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        _ => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP521),
    };

    private static byte[] ModulusOf(RSA key)
    {
        using (key)
        {
            return key.ExportParameters(false).Modulus!;
        }
    }
}
