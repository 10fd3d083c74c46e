using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>Verifies JOSE signatures (RFC 7518, 3.3 to 3.5) with the one algorithm that goes with the key.</summary>
internal static class ResultSignature
{
    public static bool Verifies(PublicJwk key, string algorithm, byte[] input, byte[] signature)
    {
        if (!Fits(key, algorithm))
        {
            return false;
        }

        var hash = HashOf(algorithm);
        if (!key.IsRsa)
        {
            using var ecdsa = key.ToEcdsa();
            return ecdsa.VerifyData(input, signature, hash);
        }

        using var rsa = key.ToRsa();
        return rsa.VerifyData(input, signature, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    /// <summary>True where the key is of the kind that the algorithm is for.</summary>
    public static bool Fits(PublicJwk key, string algorithm) => algorithm switch
    {
        "ES256" => key.Curve == "P-256",
        "ES384" => key.Curve == "P-384",
        _ => key.IsRsa,
    };

    private static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
