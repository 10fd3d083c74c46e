using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Receipts;

public sealed class TokenVerifierTests(SigningFixture signing) : IClassFixture<SigningFixture>
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    [Fact]
    public void Accepts_what_this_broker_issued() => Assert.Equal("sha256-00", signing.Verifier.Verify(signing.Issue(s_lifetime)).Machine);

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
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = Assert.Throws<DeniedException>(() => signing.Verifier.Verify(CompactJws.Parse(token).SignedBy(stranger)));
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
}
