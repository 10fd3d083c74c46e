using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Receipts;

/// <summary>A good token, and the keys of the broker that issued it: the present one, the next, two past ones, the result key.</summary>
internal sealed class TokenCase : IDisposable
{
    public const string Issuer = "https://broker.example";
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public TokenCase()
    {
        (Token, Next) = (Key(SigningUse.Token, -1), Key(SigningUse.Token, 89));
        (Retiring, Retired) = (Key(SigningUse.Token, -119), Key(SigningUse.Token, -121));
        Result = Key(SigningUse.Result, -1);
        Good = CompactJws.Parse(Jws.Sign(Token, TokenIssuer.Type, Claims()));
    }

    public SigningKey Token { get; }

    public SigningKey Next { get; }

    /// <summary>Signs no more; its tokens may live.</summary>
    public SigningKey Retiring { get; }

    /// <summary>Its last token ended long ago.</summary>
    public SigningKey Retired { get; }

    public SigningKey Result { get; }

    public ECDsa Stranger { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IEnumerable<SigningKey> Keys => [Token, Next, Retiring, Retired, Result];

    public CompactJws Good { get; }

    public static long Seconds => Now.ToUnixTimeSeconds();

    public JsonObject StrangeJwk => JsonNode.Parse(SigningKey.PublicJwkOf(Stranger).ToJson())!.AsObject();

    public string Signed(CompactJws token) => token.SignedBy(Token.SecurityKey.ECDsa);

    public void Dispose()
    {
        foreach (var key in Keys)
        {
            key.Dispose();
        }

        Stranger.Dispose();
    }

    private static SigningKey Key(string use, int startDay)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var statement = new KeyStatement(
            Issuer, SigningKey.PublicJwkOf(key).Thumbprint, use, Now.AddDays(startDay), Now.AddDays(startDay + 90));
        return SigningKey.Of(key, statement.ToBytes(), new KeyCertification([], []));
    }

    private static JsonObject Claims() => new()
    {
        ["eat_profile"] = "tag:github.com,2023:veraison/ear",
        ["eat_nonce"] = Base64Url.Encode(new byte[64]),
        ["iss"] = Issuer,
        ["sub"] = "sha256-" + new string('0', 64),
        ["aud"] = Issuer,
        ["iat"] = Seconds - 60,
        ["exp"] = Seconds + 240,
        ["jti"] = "AAAAAAAAAAAAAAAAAAAAAA",
        ["cnf"] = new JsonObject { ["jkt"] = new string('A', 43) },
        ["submods"] = new JsonObject { ["tpm"] = new JsonObject { ["ear.status"] = "affirming" } },
    };
}
