using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>VER-12. A JWK Set (RFC 7517, 5) that was read strictly: no private key, no kid twice.</summary>
internal sealed class VerifierKeySet
{
    public const int MaxKeys = 64;

    private static readonly string[] s_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    private readonly ImmutableArray<VerifierKey> _keys;

    private VerifierKeySet(ImmutableArray<VerifierKey> keys) => _keys = keys;

    public int Count => _keys.Length;

    /// <exception cref="FormatException">It is no such set, or one that nobody should publish.</exception>
    public static VerifierKeySet Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var listed = StrictJson.OpenObject(StrictJson.Parse(json)).Required("keys");
            var entries = listed.ValueKind == JsonValueKind.Array && listed.GetArrayLength() <= MaxKeys
                ? listed.EnumerateArray().Select(StrictJson.OpenObject).ToList()
                : throw new FormatException($"'keys' is a list of at most {MaxKeys}");
            RequirePublic(entries);
            ImmutableArray<VerifierKey> keys = [.. entries.Where(IsForSignatures).Select(Read).OfType<VerifierKey>()];
            return keys.IsEmpty ? throw new FormatException("there is no key for signatures in it") : new VerifierKeySet(keys);
        }
        catch (DeniedException malformed)
        {
            throw new FormatException(malformed.Message, malformed);
        }
    }

    /// <summary>The key of a kid; without one the only key there is, and none where there are several.</summary>
    public VerifierKey? Find(string? kid) => kid is not null
        ? _keys.FirstOrDefault(key => key.Kid == kid)
        : _keys is [var only] ? only : null;

    private static void RequirePublic(List<StrictObject> entries)
    {
        if (entries.Exists(entry => s_private.Any(entry.Has)))
        {
            throw new FormatException("a private or symmetric key is in it");
        }

        var kids = entries.Select(entry => entry.OptionalText("kid")).OfType<string>().ToList();
        if (kids.Distinct(StringComparer.Ordinal).Count() != kids.Count)
        {
            throw new FormatException("a kid is in it twice");
        }
    }

    private static bool IsForSignatures(StrictObject entry) =>
        entry.OptionalText("use") is null or "sig"
        && (entry.OptionalTexts("key_ops") is not { } operations || operations.Contains("verify"));

    // Kinds of keys that the platform does not verify with may stand beside those that it does.
    private static VerifierKey? Read(StrictObject entry)
    {
        var hasNumbers = entry.Has("n") || entry.Has("x");
        var isKnown = entry.Text("kty") == "RSA" || (entry.Text("kty") == "EC" && entry.OptionalText("crv") is null or "P-256" or "P-384");
        return !isKnown ? null : new VerifierKey(
            entry.OptionalText("kid"), entry.OptionalText("alg"),
            hasNumbers ? PublicJwk.Parse(entry.Element) : OfCertificate(entry));
    }

    // Azure Attestation publishes its keys as certificates only. What vouches for them is where they were read.
    private static PublicJwk OfCertificate(StrictObject entry)
    {
        try
        {
            var first = entry.OptionalTexts("x5c") is [var leaf, ..] ? leaf : throw new FormatException("a key without its numbers");
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(first));
            return CertificateKey.Of(certificate);
        }
        catch (CryptographicException malformed)
        {
            throw new FormatException("x5c is no certificate", malformed);
        }
    }
}
