using System.Formats.Asn1;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Certificates;

/// <summary>Verifies the signature of one certificate with the key of another.</summary>
internal static class CertificateSignature
{
    private const int MinimumRsaBits = 2048;
    private const int MaximumRsaBits = 4096;

    private static readonly Dictionary<string, HashAlgorithmName> s_rsa = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.5"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.1.1.11"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.1.1.12"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.1.1.13"] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<string, HashAlgorithmName> s_ecdsa = new(StringComparer.Ordinal)
    {
        ["1.2.840.10045.4.3.2"] = HashAlgorithmName.SHA256,
        ["1.2.840.10045.4.3.3"] = HashAlgorithmName.SHA384,
        ["1.2.840.10045.4.3.4"] = HashAlgorithmName.SHA512,
    };

    /// <summary>False as well where the signature or the key is of a kind that is not known or not strong enough.</summary>
    public static bool IsBy(Certificate issuer, SignedBytes signed, bool allowSha1)
    {
        try
        {
            return IsBy(issuer.Parts.Key, signed, allowSha1);
        }
        catch (Exception failure) when (failure is CryptographicException or AsnContentException or NotSupportedException)
        {
            return false;
        }
    }

    private static bool IsBy(ReadOnlyMemory<byte> key, SignedBytes signed, bool allowSha1)
    {
        var (oid, parameters) = signed.ReadAlgorithm();
        var (bytes, signature) = (signed.Body, signed.Signature);
        if (s_rsa.TryGetValue(oid, out var hash))
        {
            return (allowSha1 || hash != HashAlgorithmName.SHA1) && VerifyRsa(key, bytes, signature, hash, RSASignaturePadding.Pkcs1);
        }

        if (oid == Oids.RsaPss)
        {
            return PssHash(parameters) is { } pss && VerifyRsa(key, bytes, signature, pss, RSASignaturePadding.Pss);
        }

        return s_ecdsa.TryGetValue(oid, out var ecdsa) && VerifyEcdsa(key, bytes, signature, ecdsa);
    }

    // The size of a key is looked at before anything is computed with it.
    private static bool VerifyRsa(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> signature, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        if (key.Length > CertificateBytes.MaxBytes / 16)
        {
            return false;
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.Span, out _);
        return rsa.KeySize is >= MinimumRsaBits and <= MaximumRsaBits && rsa.VerifyData(bytes.Span, signature.Span, hash, padding);
    }

    private static bool VerifyEcdsa(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> signature, HashAlgorithmName hash)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.Span, out _);
        return ecdsa.KeySize is 256 or 384 or 521 && ecdsa.VerifyData(bytes.Span, signature.Span, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    // RSASSA-PSS-params: the hash, the mask by the same hash, and a salt as long as it, which is what the platform verifies.
    private static HashAlgorithmName? PssHash(ReadOnlyMemory<byte> parameters)
    {
        if (parameters.IsEmpty)
        {
            return null;
        }

        var sequence = new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!sequence.HasData || !sequence.PeekTag().HasSameClassAndValue(tag))
        {
            return null;
        }

        return sequence.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => null,
        };
    }
}
