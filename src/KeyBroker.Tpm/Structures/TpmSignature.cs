using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_SIGNATURE (Part 2, 11.3.4): RSASSA, RSAPSS and ECDSA, the signatures this library verifies.</summary>
public sealed record TpmSignature
{
    private const int MaxRsa = 512;
    private const int MaxEcc = 80;

    private TpmSignature(TpmAlgorithm algorithm, TpmAlgorithm hash)
    {
        Algorithm = algorithm;
        Hash = hash;
    }

    public TpmAlgorithm Algorithm { get; }

    public TpmAlgorithm Hash { get; }

    /// <summary>The RSA signature; empty for ECDSA.</summary>
    public ReadOnlyMemory<byte> Rsa { get; private init; }

    /// <summary>The first half of the ECDSA signature; empty for RSA.</summary>
    public ReadOnlyMemory<byte> R { get; private init; }

    /// <summary>The second half of the ECDSA signature; empty for RSA.</summary>
    public ReadOnlyMemory<byte> S { get; private init; }

    public static TpmSignature OfRsa(TpmAlgorithm algorithm, TpmAlgorithm hash, ReadOnlyMemory<byte> signature) =>
        algorithm is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss
            ? new(algorithm, hash) { Rsa = signature }
            : throw new ArgumentException("neither RSASSA nor RSAPSS", nameof(algorithm));

    public static TpmSignature OfEcdsa(TpmAlgorithm hash, ReadOnlyMemory<byte> r, ReadOnlyMemory<byte> s) =>
        new(TpmAlgorithm.EcDsa, hash) { R = r, S = s };

    /// <summary>Parses one untrusted TPMT_SIGNATURE, to its last byte.</summary>
    /// <exception cref="TpmFormatException">The bytes are something else, or a scheme not known here.</exception>
    public static TpmSignature Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var signature = Read(ref reader);
        reader.ExpectEnd();
        return signature;
    }

    public static TpmSignature Read(ref TpmReader reader)
    {
        var algorithm = reader.ReadAlgorithm();
        var hash = reader.ReadAlgorithm();
        if (!HashAlgorithms.IsKnown(hash))
        {
            throw new TpmFormatException($"0x{(ushort)hash:x4} is not a known hash algorithm");
        }

        return algorithm switch
        {
            TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss =>
                OfRsa(algorithm, hash, reader.ReadSized(MaxRsa).ToArray()),
            TpmAlgorithm.EcDsa =>
                OfEcdsa(hash, reader.ReadSized(MaxEcc).ToArray(), reader.ReadSized(MaxEcc).ToArray()),
            _ => throw new TpmFormatException($"0x{(ushort)algorithm:x4} is not a known signature scheme"),
        };
    }

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Algorithm);
        writer.WriteAlgorithm(Hash);
        if (Algorithm == TpmAlgorithm.EcDsa)
        {
            writer.WriteSized(R.Span);
            writer.WriteSized(S.Span);
        }
        else
        {
            writer.WriteSized(Rsa.Span);
        }
    }

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Whether the key signed the message with this signature's scheme; never with SHA-1.</summary>
    public bool VerifyData(AsymmetricAlgorithm key, ReadOnlySpan<byte> message) =>
        Hash != TpmAlgorithm.Sha1 && VerifyHash(key, HashAlgorithms.Hash(Hash, message));

    /// <summary>Verifies as the shorter overload does, and only if the signature's scheme is the one the key is bound to.</summary>
    public bool VerifyData(AsymmetricAlgorithm key, SignatureScheme scheme, ReadOnlySpan<byte> message) =>
        scheme.Scheme == Algorithm && scheme.Hash == Hash && VerifyData(key, message);

    /// <summary>Whether the key signed the digest; never with SHA-1.</summary>
    public bool VerifyHash(AsymmetricAlgorithm key, ReadOnlySpan<byte> digest) =>
        Hash != TpmAlgorithm.Sha1 && VerifyAnyHash(key, digest);

    /// <summary>Verifies as <see cref="VerifyData(AsymmetricAlgorithm, ReadOnlySpan{byte})"/> does, with SHA-1 too: for what
    /// others published, never for what grants anything.</summary>
    public bool DangerousVerifyData(AsymmetricAlgorithm key, ReadOnlySpan<byte> message) =>
        VerifyAnyHash(key, HashAlgorithms.Hash(Hash, message));

    private bool VerifyAnyHash(AsymmetricAlgorithm key, ReadOnlySpan<byte> digest) => (key, Algorithm) switch
    {
        _ when digest.Length != HashAlgorithms.Size(Hash) => false,
        (RSA rsa, TpmAlgorithm.RsaSsa) =>
            rsa.VerifyHash(digest, Rsa.Span, HashAlgorithms.ToName(Hash), RSASignaturePadding.Pkcs1),
        (RSA rsa, TpmAlgorithm.RsaPss) =>
            rsa.VerifyHash(digest, Rsa.Span, HashAlgorithms.ToName(Hash), RSASignaturePadding.Pss),
        (ECDsa ecdsa, TpmAlgorithm.EcDsa) => VerifyEcdsa(ecdsa, digest),
        _ => false,
    };

    /// <summary>The signature as JOSE writes it (RFC 7518, 3.4): r‖s, each as wide as the curve.</summary>
    /// <exception cref="TpmFormatException">Not an ECDSA signature, or not one of this curve.</exception>
    public byte[] ToJose(TpmEccCurve curve)
    {
        if (Algorithm != TpmAlgorithm.EcDsa)
        {
            throw new TpmFormatException("not an ECDSA signature");
        }

        var size = EccCurves.CoordinateSize(curve);
        return [.. EccCurves.Pad(R.Span, size), .. EccCurves.Pad(S.Span, size)];
    }

    private bool VerifyEcdsa(ECDsa ecdsa, ReadOnlySpan<byte> digest)
    {
        var size = (ecdsa.KeySize + 7) / 8;
        if (R.Length > size || S.Length > size)
        {
            return false;
        }

        byte[] signature = [.. EccCurves.Pad(R.Span, size), .. EccCurves.Pad(S.Span, size)];
        return ecdsa.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
