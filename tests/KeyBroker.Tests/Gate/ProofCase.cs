using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Receipts;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Gate;

/// <summary>A good proof of one request, and the keys around it.</summary>
internal sealed class ProofCase : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    public const string Method = "POST";
    public const string Target = "https://broker.example/v1/keys/web%2Fa/sign";
    public const string Token = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA";

    public ProofCase() => Good = CompactJws.Parse(Unsigned().SignedBy(Key));

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Other { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CompactJws Good { get; }

    public ProofContext Request => new(Method, Target, Token, Now) { CnfThumbprint = SigningKey.PublicJwkOf(Key).Thumbprint };

    public static long Seconds => Now.ToUnixTimeSeconds();

    public static JsonObject Jwk(ECDsa key) => JsonNode.Parse(SigningKey.PublicJwkOf(key).ToJson())!.AsObject();

    public string Signed(CompactJws proof) => proof.SignedBy(Key);

    public void Dispose()
    {
        Key.Dispose();
        Other.Dispose();
    }

    private CompactJws Unsigned() => CompactJws.Of(
        new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = Jwk(Key) },
        new JsonObject
        {
            ["jti"] = "aGVsbG8gd29ybGQhISEhIQ",
            ["htm"] = Method,
            ["htu"] = Target,
            ["iat"] = Seconds,
            ["ath"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Token))),
        });
}
