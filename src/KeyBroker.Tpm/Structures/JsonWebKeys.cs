using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace KeyBroker.Tpm.Structures;

/// <summary>The numbers of JSON Web Keys (RFC 7518, 6.2 and 6.3).</summary>
internal static class JsonWebKeys
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };
    private static readonly string[] s_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    internal static string Write(TpmPublic area)
    {
        using var key = area.ToKey();
        if (key is RSA rsa)
        {
            var (e, n) = (rsa.ExportParameters(false).Exponent, rsa.ExportParameters(false).Modulus);
            return $$"""{"e":"{{Base64Url.EncodeToString(e)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(n)}}"}""";
        }

        var parameters = ((ECDsa)key).ExportParameters(false);
        var curve = NameOf(EccCurves.FromPlatform(parameters.Curve));
        var (x, y) = (Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));
        return $$"""{"crv":"{{curve}}","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
    }

    /// <exception cref="TpmFormatException">The text is something else.</exception>
    internal static AsymmetricAlgorithm Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or CryptographicException or FormatException
            and not TpmFormatException)
        {
            throw new TpmFormatException("not a valid JSON Web Key");
        }
        catch (Exception text) when (text is ArgumentException or InvalidOperationException) // A lone surrogate, plain or escaped.
        {
            throw new TpmFormatException("not a valid JSON Web Key");
        }
    }

    private static AsymmetricAlgorithm Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || s_private.Any(member => jwk.TryGetProperty(member, out _)))
        {
            throw new TpmFormatException("not a public JSON Web Key");
        }

        return Text(jwk, "kty") switch
        {
            "RSA" => RSA.Create(new RSAParameters { Modulus = Number(jwk, "n"), Exponent = Number(jwk, "e") }),
            "EC" => ECDsa.Create(Ecc(jwk, CurveOf(Text(jwk, "crv")))),
            _ => throw new TpmFormatException("neither an RSA nor an elliptic-curve key"),
        };
    }

    private static ECParameters Ecc(JsonElement jwk, TpmEccCurve curve) => new()
    {
        Curve = EccCurves.ToPlatform(curve),
        Q = { X = Coordinate(jwk, "x", curve), Y = Coordinate(jwk, "y", curve) },
    };

    private static byte[] Coordinate(JsonElement jwk, string member, TpmEccCurve curve)
    {
        var bytes = Bytes(jwk, member);
        return bytes.Length == EccCurves.CoordinateSize(curve)
            ? bytes
            : throw new TpmFormatException($"{member} is not as wide as the curve");
    }

    private static byte[] Number(JsonElement jwk, string member)
    {
        var bytes = Bytes(jwk, member);
        return bytes is [> 0, ..] ? bytes : throw new TpmFormatException($"{member} is not a number in its shortest form");
    }

    // The decoder is lenient: only what it would write itself is taken.
    private static byte[] Bytes(JsonElement jwk, string member)
    {
        var text = Text(jwk, member);
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text
            ? bytes
            : throw new TpmFormatException($"{member} is not base64url in its one form");
    }

    private static string Text(JsonElement jwk, string member) =>
        jwk.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new TpmFormatException($"{member} is missing, or no text");

    private static string NameOf(TpmEccCurve curve) => curve switch
    {
        TpmEccCurve.NistP256 => "P-256",
        TpmEccCurve.NistP384 => "P-384",
        _ => "P-521",
    };

    private static TpmEccCurve CurveOf(string name) => name switch
    {
        "P-256" => TpmEccCurve.NistP256,
        "P-384" => TpmEccCurve.NistP384,
        "P-521" => TpmEccCurve.NistP521,
        _ => throw new TpmFormatException("not a known curve"),
    };
}
