using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Http;

/// <summary>What an agreement must refuse: points of no curve, of other curves, written otherwise, and what is no public EC key.</summary>
internal static class BadPeers
{
    public static JsonObject Jwk(ECParameters key) => new()
    {
        ["kty"] = "EC",
        ["crv"] = key.Q.X!.Length == 32 ? "P-256" : "P-384",
        ["x"] = Base64Url.Encode(key.Q.X),
        ["y"] = Base64Url.Encode(key.Q.Y),
    };

    public static IEnumerable<JsonObject> Of(ECDiffieHellman good)
    {
        var key = good.ExportParameters(true);
        var width = key.Q.X!.Length;
        yield return Changed(key, jwk => jwk["d"] = Base64Url.Encode(key.D));
        yield return Changed(key, jwk => jwk["x"] = Base64Url.Encode(new byte[width])); // On another curve.
        yield return Changed(key, jwk => (jwk["x"], jwk["y"]) = (Base64Url.Encode(new byte[width]), Base64Url.Encode(new byte[width]))); // How some write infinity.
        yield return Changed(key, jwk => jwk["x"] = Base64Url.Encode([0, .. key.Q.X]));
        yield return Changed(key, jwk => jwk["y"] = Base64Url.Encode(key.Q.Y.AsSpan(1)));
        yield return Changed(key, jwk => jwk["y"] = Base64Url.Encode(Enumerable.Repeat((byte)0xFF, width).ToArray()));
        yield return Changed(key, jwk => (jwk["x"], jwk["y"]) = (jwk["y"]!.DeepClone(), jwk["x"]!.DeepClone()));
        yield return Changed(key, jwk => jwk["crv"] = "secp256k1");
        yield return Changed(key, jwk => jwk["crv"] = width == 32 ? "P-384" : "P-256");
        yield return Changed(key, jwk => jwk["kty"] = "OKP");
        yield return Changed(key, jwk => jwk["use"] = "sig");
        yield return Changed(key, jwk => jwk["alg"] = "ES256");
        yield return Changed(key, jwk => jwk["key_ops"] = new JsonArray("sign"));
        yield return Changed(key, jwk => jwk.Remove("y"));
        yield return [];
        if (width == 32)
        {
            yield return BeyondTheField(key);
        }
    }

    /// <summary>The point of x = 5 written with x + p, which still fits the width: one point must not have two spellings.</summary>
    private static JsonObject BeyondTheField(ECParameters key)
    {
        var p = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;
        var b = BigInteger.Parse("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", System.Globalization.NumberStyles.HexNumber);
        var right = (125 - 15 + b) % p;
        var y = BigInteger.ModPow(right, (p + 1) / 4, p);
        return BigInteger.ModPow(y, 2, p) != right
            ? throw new InvalidOperationException("5 is no x of this curve")
            : Changed(key, jwk => (jwk["x"], jwk["y"]) = (Number(5 + p), Number(y)));
    }

    private static string Number(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return Base64Url.Encode([.. new byte[32 - bytes.Length], .. bytes]);
    }

    private static JsonObject Changed(ECParameters key, Action<JsonObject> change)
    {
        var jwk = Jwk(key);
        change(jwk);
        return jwk;
    }
}
