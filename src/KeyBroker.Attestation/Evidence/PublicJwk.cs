using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KeyBroker.Attestation.Evidence;

/// <summary>
/// A public JWK (RFC 7517, RFC 7518 section 6) of a P-256, P-384 or RSA key that was found to be one.
/// </summary>
public sealed class PublicJwk
{
    private const int MinimumRsaBytes = 256;
    private const int MaximumRsaBytes = 1024;
    private static readonly string[] s_privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly byte[] _first;
    private readonly byte[] _second;

    private PublicJwk(string kty, string? curve, byte[] first, byte[] second)
    {
        (Kty, Curve, _first, _second) = (kty, curve, first, second);
        Thumbprint = Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));
    }

    /// <summary><c>EC</c> or <c>RSA</c>.</summary>
    public string Kty { get; }

    /// <summary><c>P-256</c> or <c>P-384</c>; null for RSA.</summary>
    public string? Curve { get; }

    public bool IsP256 => Curve == "P-256";

    public bool IsRsa => Kty == "RSA";

    /// <summary>RFC 7638, SHA-256, base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>Any public key, for whatever use.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static PublicJwk Parse(JsonElement jwk)
    {
        var key = ParseMembers(jwk);
        key.RefuseUnlessUsable();
        return key;
    }

    /// <summary>A key that was parsed before and kept where nobody changed it since: it is not imported to see whether it can be.</summary>
    public static PublicJwk DangerousFromStored(string json) => ParseMembers(StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    /// <summary>
    /// A P-256 key whose <c>use</c>, <c>alg</c> and <c>key_ops</c>, where present, fit verifying ES256 signatures.
    /// </summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static PublicJwk ParseProofKey(JsonElement jwk)
    {
        var key = Parse(jwk);
        Require(key.IsP256, "crv", "a P-256 key is expected");
        RequireFit(jwk, "sig", ["ES256"], ["verify"], mayBeEmpty: false);
        return key;
    }

    /// <summary>A key that secrets can be encrypted to: P-256 for ECDH-ES, or RSA for RSA-OAEP-256.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static PublicJwk ParseEncryptionKey(JsonElement jwk)
    {
        var key = Parse(jwk);
        Require(key.IsP256 || key.IsRsa, "crv", "a P-256 or RSA key is expected");
        RequireFitsEncryption(key, jwk);
        return key;
    }

    /// <summary>The other side's key of an agreement: P-256 or P-384.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static PublicJwk ParseAgreementKey(JsonElement jwk)
    {
        var key = Parse(jwk);
        Require(!key.IsRsa, "kty", "an EC key is expected");
        RequireFitsEncryption(key, jwk);
        return key;
    }

    public static PublicJwk Parse(string json) => Parse(StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    /// <summary>The required members in the order of RFC 7638, which is what the thumbprint covers.</summary>
    public string ToJson()
    {
        var (first, second) = (Base64Url.Encode(_first), Base64Url.Encode(_second));
        return IsRsa
            ? $$"""{"e":"{{second}}","kty":"RSA","n":"{{first}}"}"""
            : $$"""{"crv":"{{Curve}}","kty":"EC","x":"{{first}}","y":"{{second}}"}""";
    }

    public ECDsa ToEcdsa() => ECDsa.Create(EcParameters());

    public ECDiffieHellman ToEcdh() => ECDiffieHellman.Create(EcParameters());

    public RSA ToRsa() => IsRsa
        ? RSA.Create(new RSAParameters { Modulus = _first, Exponent = _second })
        : throw new InvalidOperationException("not an RSA key");

    private static PublicJwk ParseMembers(JsonElement jwk)
    {
        var members = StrictJson.OpenObject(jwk);
        if (s_privateMembers.Any(members.Has))
        {
            throw DeniedException.Malformed("a private or symmetric key member", "jwk");
        }

        _ = members.OptionalText("kid");
        return members.Text("kty") switch
        {
            "EC" => ParseEc(members),
            "RSA" => ParseRsa(members),
            _ => throw DeniedException.Malformed("an unsupported key type", "kty"),
        };
    }

    private static PublicJwk ParseEc(StrictObject members)
    {
        var curve = members.Text("crv");
        var width = curve switch
        {
            "P-256" => 32,
            "P-384" => 48,
            _ => throw DeniedException.Malformed("an unsupported curve", "crv"),
        };
        var (x, y) = (members.Bytes("x"), members.Bytes("y"));
        Require(x.Length == width && y.Length == width, "x", "a coordinate of the wrong length");
        return new PublicJwk("EC", curve, x, y);
    }

    private static PublicJwk ParseRsa(StrictObject members)
    {
        var (modulus, exponent) = (members.Bytes("n"), members.Bytes("e"));
        Require(modulus.Length is >= MinimumRsaBytes and <= MaximumRsaBytes, "n", "an RSA key of the wrong size");
        Require(modulus[0] >= 0x80 && (modulus[^1] & 1) == 1, "n", "not an RSA modulus in its shortest form");
        Require(IsExponent(exponent), "e", "not an RSA exponent in its shortest form");
        return new PublicJwk("RSA", null, modulus, exponent);
    }

    private static bool IsExponent(byte[] exponent)
    {
        if (exponent.Length is 0 or > 4 || exponent[0] == 0)
        {
            return false;
        }

        Span<byte> padded = stackalloc byte[4];
        exponent.CopyTo(padded[(4 - exponent.Length)..]);
        var value = BinaryPrimitives.ReadUInt32BigEndian(padded);
        return value >= 3 && (value & 1) == 1;
    }

    private static void RequireFitsEncryption(PublicJwk key, JsonElement jwk)
    {
        if (key.IsRsa)
        {
            RequireFit(jwk, "enc", ["RSA-OAEP-256"], ["encrypt", "wrapKey"], mayBeEmpty: false);
        }
        else
        {
            RequireFit(jwk, "enc", ["ECDH-ES"], ["deriveKey", "deriveBits"], mayBeEmpty: true);
        }
    }

    private static void RequireFit(JsonElement jwk, string use, string[] algorithms, string[] operations, bool mayBeEmpty)
    {
        var members = StrictJson.OpenObject(jwk);
        Require(members.OptionalText("use") is not { } stated || stated == use, "use", "the key is for another use");
        Require(members.OptionalText("alg") is not { } alg || algorithms.Contains(alg), "alg", "the key is for another alg");
        Require(
            members.OptionalTexts("key_ops") is not { } allowed
                || (mayBeEmpty && allowed.Count == 0)
                || allowed.Intersect(operations).Any(),
            "key_ops",
            "the key is for other operations");
    }

    private static void Require(bool holds, string path, string message)
    {
        if (!holds)
        {
            throw DeniedException.Malformed(message, path);
        }
    }

    private void RefuseUnlessUsable()
    {
        try
        {
            using AsymmetricAlgorithm key = IsRsa ? ToRsa() : ToEcdsa();
        }
        catch (CryptographicException) // The point is not on the curve.
        {
            throw DeniedException.Malformed("not a public key", "jwk");
        }
    }

    private ECParameters EcParameters() => IsRsa
        ? throw new InvalidOperationException("not an EC key")
        : new ECParameters
        {
            Curve = IsP256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384,
            Q = new ECPoint { X = _first, Y = _second },
        };
}
