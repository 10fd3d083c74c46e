using System.Collections.Frozen;
using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>A signature algorithm by its JOSE name (RFC 7518, 3.1): its hash, its TPM scheme, and the keys it is for.</summary>
/// <param name="Bits">The size of key it is bound to; null for any.</param>
/// <param name="Padding">Of RSA; null for ECDSA.</param>
internal sealed record SignatureAlgorithm(
    string Name, KeyFamily Family, int? Bits, TpmAlgorithm Hash, TpmAlgorithm Scheme, RSASignaturePadding? Padding)
{
    private static readonly FrozenDictionary<string, SignatureAlgorithm> s_all = new SignatureAlgorithm[]
    {
        new("ES256", KeyFamily.Ec, 256, TpmAlgorithm.Sha256, TpmAlgorithm.EcDsa, null),
        new("ES384", KeyFamily.Ec, 384, TpmAlgorithm.Sha384, TpmAlgorithm.EcDsa, null),
        new("RS256", KeyFamily.Rsa, null, TpmAlgorithm.Sha256, TpmAlgorithm.RsaSsa, RSASignaturePadding.Pkcs1),
        new("PS256", KeyFamily.Rsa, null, TpmAlgorithm.Sha256, TpmAlgorithm.RsaPss, RSASignaturePadding.Pss),
    }.ToFrozenDictionary(algorithm => algorithm.Name, StringComparer.Ordinal);

    public HashAlgorithmName HashName => HashAlgorithms.ToName(Hash);

    public int DigestLength => HashAlgorithms.Size(Hash);

    /// <exception cref="DeniedException">operation-unsupported.</exception>
    public static SignatureAlgorithm Find(string name) => s_all.GetValueOrDefault(name)
        ?? throw new DeniedException(ProblemCodes.OperationUnsupported, "alg is one of ES256, ES384, RS256, PS256");

    public bool Fits(KeyType type) => type.Family == Family && (Bits ?? type.Bits) == type.Bits;
}
