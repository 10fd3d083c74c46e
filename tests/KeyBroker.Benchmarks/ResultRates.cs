using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Receipts;

namespace KeyBroker.Benchmarks;

/// <summary>What a signed result costs beside the one signature in it: claims, canonical JSON, digest, compact JWS.</summary>
internal static class ResultRates
{
    private const string Issuer = "https://broker.example";

    public static void Print()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = SigningKey.Of(ecdsa, Statement(ecdsa), new KeyCertification([], []));
        var digest = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        var bare = Rate.Of(() => ecdsa.SignHash(digest));
        var results = Rate.Of(() => Jws.Sign(key, ReceiptSigner.Type, Claims()));
        var again = Rate.Of(() => ecdsa.SignHash(digest));
        Console.WriteLine($"bare ES256 signatures/s, one core: {bare:F0}, and after: {again:F0}");
        Console.WriteLine($"signed results/s, one core: {results:F0}");
        Console.WriteLine($"result / signature: {2 * results / (bare + again):F2}");
    }

    private static byte[] Statement(ECDsa key)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new KeyStatement(Issuer, SigningKey.PublicJwkOf(key).Thumbprint, SigningUse.Result, now, now.AddDays(90)).ToBytes();
    }

    private static JsonObject Claims() => ReceiptSigner.Claims(
        new ReceiptClaims
        {
            Machine = "sha256-" + new string('0', 64),
            Subject = "keys/web/signer",
            Operation = "sign",
            AttestationJti = new string('j', 22),
            Policy = "web-tier",
            PolicyDigest = new string('0', 64),
            RequestDigest = new byte[SHA256.HashSizeInBytes],
            Sequence = 123_456,
            At = DateTimeOffset.UnixEpoch,
            Key = new JsonObject { ["name"] = "web/signer", ["version"] = 1, ["type"] = "ec-p256" },
        },
        new JsonObject { ["alg"] = "ES256", ["signature"] = new string('s', 86) },
        (Issuer, TimeProvider.System));
}
