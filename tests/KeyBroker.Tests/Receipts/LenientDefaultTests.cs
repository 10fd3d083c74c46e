using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>
/// TOK-11. Every default of the JWT library that would let a wrong token in: shown to be open in the library, and closed in the
/// verifier.
/// </summary>
public sealed class LenientDefaultTests : IDisposable
{
    private static readonly LenientDefault[] s_all =
    [
        new("TryAllIssuerSigningKeys", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h["kid"] = "unknown"))),
        new("no kid is asked for", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h.Remove("kid")))),
        new("ClockSkew of five minutes, exp", c => c.Signed(Timed(c, p => p["exp"] = Now - 60))) { Code = ProblemCodes.TokenExpired },
        new("ClockSkew of five minutes, nbf", c => c.Signed(Timed(c, p => p["nbf"] = Now + 60))),
        new("ValidTypes is null, typ JWT", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h["typ"] = "JWT"))),
        new("ValidTypes is null, no typ", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h.Remove("typ")))),
        new("ValidAlgorithms is null", c => Timed(c, _ => { }).WithHeader(h => h["alg"] = "HS256").SignedBy(PublicBytes(c)))
        {
            Set = (parameters, c) => parameters.IssuerSigningKey = new SymmetricSecurityKey(PublicBytes(c)),
        },
        new("one of several audiences", c => c.Signed(Timed(c, p => p["aud"] = new JsonArray(TokenCase.Issuer, "https://other.example")))),
        new("IgnoreTrailingSlashWhenValidatingAudience", c => c.Signed(Timed(c, p => p["aud"] = TokenCase.Issuer + "/"))),
        new("crit is not read", c => c.Signed(Timed(c, _ => { }).WithHeader(h => (h["crit"], h["x-must"]) = (new JsonArray("x-must"), 1)))),
        new("a jwk in the header is not minded", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h["jwk"] = c.StrangeJwk))),
        new("a jku in the header is not minded", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h["jku"] = "https://evil.example/keys"))),
        new("an x5u in the header is not minded", c => c.Signed(Timed(c, _ => { }).WithHeader(h => h["x5u"] = "https://evil.example/chain"))),
        new("MaximumTokenSizeInBytes of 250 KiB", c => c.Signed(Timed(c, p => p["x-pad"] = new string('x', 20_000)))),
        new("the last of two members counts", c => c.Signed(Timed(c, _ => { }) with { Payload = Doubled(c) })),
        new("no jti is asked for", c => c.Signed(Timed(c, p => p.Remove("jti")))),
        new("RequireSignedTokens false is one switch away", c => Timed(c, _ => { }).WithHeader(h => h["alg"] = "none").Unsigned())
        {
            Set = (parameters, _) => parameters.RequireSignedTokens = false,
        },
        new("an encrypted token is opened", Encrypted) { Set = (parameters, _) => parameters.TokenDecryptionKey = s_shared },
        new("what is encrypted may be compressed", c => Encrypted(c, CompressionAlgorithms.Deflate)) { Set = (parameters, _) => parameters.TokenDecryptionKey = s_shared },
    ];

    private static readonly SymmetricSecurityKey s_shared = new(new byte[32]) { KeyId = "shared" };
    private readonly TokenCase _case = new();

    public static TheoryData<string> Names => [.. s_all.Select(one => one.Name)];

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _case.Dispose();

    [Theory, MemberData(nameof(Names))]
    public async Task A_default_of_the_library_is_open_there_and_closed_here(string name)
    {
        var open = s_all.Single(one => one.Name == name);
        var token = open.Make(_case);
        var parameters = new TokenValidationParameters
        {
            ValidIssuer = TokenCase.Issuer,
            ValidAudience = TokenCase.Issuer,
            IssuerSigningKey = _case.Token.SecurityKey,
        };
        open.Set(parameters, _case);

        var theirs = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);
        Assert.True(theirs.IsValid, $"the library closed it: {theirs.Exception?.Message}");

        var refused = Assert.Throws<DeniedException>(() => Verifier().Verify(token));
        Assert.Equal(open.Code, refused.Code);
        Assert.NotEmpty(Verifier().Verify(_case.Signed(Timed(_case, _ => { }))).Machine);
    }

    [Fact]
    public void Claims_keep_their_names() => Assert.False(new JsonWebTokenHandler().MapInboundClaims);

    // The library has no clock but the machine's.
    private TokenVerifier Verifier() =>
        new(kid => _case.Keys.FirstOrDefault(key => key.Kid == kid && key.Use == SigningUse.Token), TokenCase.Issuer, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));

    private static CompactJws Timed(TokenCase c, Action<JsonObject> change) => c.Good.WithPayload(p =>
    {
        (p["iat"], p["exp"]) = (Now - 60, Now + 240);
        change(p);
    });

    private static string Doubled(TokenCase c)
    {
        var payload = Timed(c, _ => { }).Payload;
        return payload[..^1] + ",\"sub\":\"sha256-of-another\"}";
    }

    private static byte[] PublicBytes(TokenCase c) => Encoding.UTF8.GetBytes(c.Token.Jwk.ToJson());

    private static string Encrypted(TokenCase c) => Encrypted(c, null);

    private static string Encrypted(TokenCase c, string? compression)
    {
        var credentials = new EncryptingCredentials(s_shared, "dir", SecurityAlgorithms.Aes128CbcHmacSha256);
        var handler = new JsonWebTokenHandler();
        var inner = c.Signed(Timed(c, _ => { }));
        return compression is null ? handler.EncryptToken(inner, credentials) : handler.EncryptToken(inner, credentials, compression);
    }
}
