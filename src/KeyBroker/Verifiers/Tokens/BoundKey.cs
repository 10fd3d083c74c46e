using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>A key that a result names: as a JWK, in a cnf claim, by its thumbprint, or as SubjectPublicKeyInfo.</summary>
internal static class BoundKey
{
    public static bool Is(JsonElement claim, PublicJwk key) => claim.ValueKind switch
    {
        JsonValueKind.String => claim.GetString() is { } text && (text == key.Thumbprint || BoundText.Is(text, SubjectPublicKeyInfo(key))),
        JsonValueKind.Object when claim.TryGetProperty("kty", out _) => IsJwk(claim, key),
        JsonValueKind.Object => IsConfirmation(claim, key),
        _ => false,
    };

    // RFC 7800, 3.1: one way to confirm, not two that may differ.
    private static bool IsConfirmation(JsonElement cnf, PublicJwk key) =>
        (cnf.TryGetProperty("jwk", out var jwk), cnf.TryGetProperty("jkt", out var jkt)) switch
        {
            (true, false) => jwk.ValueKind == JsonValueKind.Object && IsJwk(jwk, key),
            (false, true) => jkt.ValueKind == JsonValueKind.String && jkt.ValueEquals(key.Thumbprint),
            _ => false,
        };

    private static bool IsJwk(JsonElement jwk, PublicJwk key)
    {
        try
        {
            return PublicJwk.Parse(jwk).Thumbprint == key.Thumbprint;
        }
        catch (DeniedException)
        {
            return false;
        }
    }

    private static byte[] SubjectPublicKeyInfo(PublicJwk key)
    {
        if (key.IsRsa)
        {
            using var rsa = key.ToRsa();
            return rsa.ExportSubjectPublicKeyInfo();
        }

        using var ecdsa = key.ToEcdsa();
        return ecdsa.ExportSubjectPublicKeyInfo();
    }
}
