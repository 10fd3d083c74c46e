using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Evidence;

public sealed class PublicJwkTests
{
    // RFC 7638, 3.1.
    private const string Rfc7638 = """
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
        """;

    [Fact]
    public void Makes_the_thumbprint_of_rfc_7638() =>
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", PublicJwk.Parse(Rfc7638).Thumbprint);

    [Fact]
    public void Makes_the_thumbprint_of_its_required_members_only()
    {
        var jwk = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);
        var plain = PublicJwk.Parse(jwk.ToJsonString());
        jwk["kid"] = "other";
        jwk["x5t"] = "ignored";

        Assert.Equal(plain.Thumbprint, PublicJwk.Parse(jwk.ToJsonString()).Thumbprint);
        Assert.Equal(plain.Thumbprint, PublicJwk.Parse(plain.ToJson()).Thumbprint);
    }

    [Fact]
    public void Verifies_with_the_key_it_holds()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var json = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
        var message = Encoding.UTF8.GetBytes("message");
        using var parsed = PublicJwk.Parse(json).ToEcdsa();

        Assert.True(parsed.VerifyData(message, key.SignData(message, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Takes_p384_for_agreement_and_not_for_secrets()
    {
        var jwk = StrictJson.Parse(Encoding.UTF8.GetBytes(EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP384).ToJsonString()));
        _ = PublicJwk.ParseAgreementKey(jwk);
        _ = Assert.Throws<DeniedException>(() => PublicJwk.ParseEncryptionKey(jwk));
    }
}
