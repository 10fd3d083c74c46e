using System.Numerics;
using System.Security.Cryptography;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Duplication;

/// <summary>Turns the platform's private keys into secret halves of objects, and back.</summary>
internal static class PrivateKeys
{
    /// <summary>TPMU_SENSITIVE_COMPOSITE (Part 2, 12.3.2.3): one prime, or the private number.</summary>
    internal static byte[] SecretOf(AsymmetricAlgorithm key) => key switch
    {
        RSA rsa => rsa.ExportParameters(true).P!,
        ECDsa ecdsa => ecdsa.ExportParameters(true).D!,
        ECDiffieHellman ecdh => ecdh.ExportParameters(true).D!,
        _ => throw new ArgumentException("neither an RSA nor an elliptic-curve key", nameof(key)),
    };

    /// <summary>The unique field of a symmetric object (Part 2, 12.3.2.4).</summary>
    internal static DigestUnique UniqueOf(TpmAlgorithm nameAlgorithm, TpmSensitive sensitive)
    {
        byte[] both = [.. sensitive.Seed, .. sensitive.Data];
        var digest = HashAlgorithms.Hash(nameAlgorithm, both);
        CryptographicOperations.ZeroMemory(both);
        return new DigestUnique(digest);
    }

    internal static bool Fit(TpmPublic area, TpmSensitive sensitive)
    {
        if (sensitive.Type != area.Type)
        {
            return false;
        }

        if (area.Unique is DigestUnique unique)
        {
            return UniqueOf(area.NameAlgorithm, sensitive).Digest.Span.SequenceEqual(unique.Digest.Span);
        }

        using var key = ToKey(area, sensitive);
        return PublicKeyFormats.FromKey(key, area).Name == area.Name;
    }

    /// <exception cref="TpmFormatException">Not an asymmetric key, or the halves do not fit.</exception>
    internal static AsymmetricAlgorithm ToKey(TpmPublic area, TpmSensitive sensitive)
    {
        using var half = area.ToKey();
        try
        {
            return half is RSA rsa ? ToRsa(rsa, sensitive) : ToEcdsa((ECDsa)half, sensitive);
        }
        catch (CryptographicException)
        {
            throw new TpmFormatException("the secret half is not that of the public area");
        }
    }

    private static ECDsa ToEcdsa(ECDsa half, TpmSensitive sensitive)
    {
        // Without the point: the platform computes it from the number, so that Fit compares something.
        var parameters = half.ExportParameters(false);
        return ECDsa.Create(new ECParameters
        {
            Curve = parameters.Curve,
            D = EccCurves.Pad(sensitive.Data, parameters.Q.X!.Length),
        });
    }

    private static RSA ToRsa(RSA half, TpmSensitive sensitive)
    {
        var known = half.ExportParameters(false);
        var (n, p) = (Numbers.Read(known.Modulus), Numbers.Read(sensitive.Data));
        if (p <= BigInteger.One || !(n % p).IsZero || p == n)
        {
            throw new TpmFormatException("the secret half is not that of the public area");
        }

        var (q, e, size) = (n / p, Numbers.Read(known.Exponent), known.Modulus!.Length);
        var d = Numbers.Inverse(e, (p - 1) * (q - 1));
        return RSA.Create(new RSAParameters
        {
            Modulus = known.Modulus,
            Exponent = known.Exponent,
            D = Numbers.Write(d, size),
            P = Numbers.Write(p, size / 2),
            Q = Numbers.Write(q, size / 2),
            DP = Numbers.Write(d % (p - 1), size / 2),
            DQ = Numbers.Write(d % (q - 1), size / 2),
            InverseQ = Numbers.Write(Numbers.Inverse(q, p), size / 2),
        });
    }
}
