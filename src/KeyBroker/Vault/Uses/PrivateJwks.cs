using System.Formats.Asn1;

namespace KeyBroker.Vault;

/// <summary>Private keys as JWKs (RFC 7517; RFC 7518, 6), written into pinned memory.</summary>
internal static class PrivateJwks
{
    // One of an RSA-3072 key takes some 2,500 bytes.
    private const int LongestJwk = 8192;

    private static readonly string[] s_rsaMembers = ["d", "p", "q", "dp", "dq", "qi"];

    public static SecretBytes Of(KeyMaterial material, string kid)
    {
        using var secret = material.Export();
        return PinnedText.Write(LongestJwk, text =>
        {
            var start = material.PublicJwk?.ToJson()[..^1] ?? "{\"kty\":\"oct\"";
            text.Append($"{start},\"kid\":\"{kid}\"");
            WriteSecret(text, material, secret.Span);
            text.Append("}");
        });
    }

    private static void WriteSecret(PinnedText text, KeyMaterial material, ReadOnlySpan<byte> secret)
    {
        switch (material)
        {
            case RsaMaterial:
                WriteRsa(text, secret);
                break;
            case EcMaterial:
                Write(text, "d", secret);
                break;
            default:
                Write(text, "k", secret);
                break;
        }
    }

    /// <summary>Every member of RFC 7518, 6.3.2, for a key of two primes.</summary>
    private static void WriteRsa(PinnedText text, ReadOnlySpan<byte> pkcs8)
    {
        var rest = PrivateKeyOf(pkcs8);
        for (var skipped = 0; skipped < 3; skipped++)
        {
            _ = TakeInteger(ref rest); // version, modulus, publicExponent
        }

        foreach (var member in s_rsaMembers)
        {
            // RFC 7518, 2: a number in as few bytes as it needs.
            Write(text, member, TakeInteger(ref rest).TrimStart((byte)0));
        }
    }

    /// <summary>What RSAPrivateKey (RFC 8017, A.1.2) holds, out of PrivateKeyInfo (RFC 5208, 5).</summary>
    private static ReadOnlySpan<byte> PrivateKeyOf(ReadOnlySpan<byte> pkcs8)
    {
        var info = Contents(pkcs8);
        _ = TakeInteger(ref info); // version
        AsnDecoder.ReadSequence(info, AsnEncodingRules.DER, out _, out _, out var consumed); // algorithm
        _ = AsnDecoder.TryReadPrimitiveOctetString(info[consumed..], AsnEncodingRules.DER, out var key, out _);
        return Contents(key);
    }

    private static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> sequence)
    {
        AsnDecoder.ReadSequence(sequence, AsnEncodingRules.DER, out var start, out var length, out _);
        return sequence.Slice(start, length);
    }

    private static ReadOnlySpan<byte> TakeInteger(ref ReadOnlySpan<byte> rest)
    {
        var number = AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.DER, out var consumed);
        rest = rest[consumed..];
        return number;
    }

    private static void Write(PinnedText text, string member, ReadOnlySpan<byte> bytes) =>
        text.Append($",\"{member}\":\"").AppendBase64Url(bytes).Append("\"");
}
