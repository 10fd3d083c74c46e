using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>A fresh secret that only the holder of a decryption key can recover (Part 1, B.10 and C.6).</summary>
/// <remarks>It seeds credentials ("IDENTITY"), duplicates ("DUPLICATE") and sessions ("SECRET").</remarks>
public sealed class SharedSeed : IDisposable
{
    private readonly byte[] _seed;

    private SharedSeed(byte[] seed, byte[] encrypted)
    {
        _seed = seed;
        Encrypted = encrypted;
    }

    public ReadOnlySpan<byte> Seed => _seed;

    /// <summary>The content of the TPM2B_ENCRYPTED_SECRET (Part 2, 11.4.3), without its size.</summary>
    public ReadOnlyMemory<byte> Encrypted { get; }

    /// <exception cref="TpmFormatException">The key is neither an RSA nor an elliptic-curve key, or not a valid one.</exception>
    public static SharedSeed Create(TpmPublic key, string label)
    {
        var size = HashAlgorithms.Size(key.NameAlgorithm);
        if (key.Type == TpmAlgorithm.Rsa)
        {
            var salt = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(OaepHash(key)));
            return ForRsa(key, label, RandomNumberGenerator.GetBytes(size), salt);
        }

        using var theirs = key.ToEcdh();
        using var ephemeral = ECDiffieHellman.Create(theirs.ExportParameters(false).Curve);
        return ForEcc(key, label, ephemeral);
    }

    /// <summary>Recovers a seed with the private key, in software.</summary>
    /// <exception cref="TpmFormatException">The seed was not encrypted to this key, or for another use.</exception>
    public static SharedSeed Open(TpmPublic key, AsymmetricAlgorithm privateKey, string label, ReadOnlyMemory<byte> encrypted)
    {
        var seed = privateKey switch
        {
            RSA rsa => RsaOaep.Decrypt(rsa.ExportParameters(true), OaepHash(key), Terminated(label), encrypted.Span),
            ECDiffieHellman ecdh => Agree(key, ecdh, label, EccPoint.Parse(encrypted.Span)),
            _ => throw new ArgumentException("neither an RSA nor an ECDH key", nameof(privateKey)),
        };
        return seed.Length == HashAlgorithms.Size(key.NameAlgorithm)
            ? new(seed, encrypted.ToArray())
            : throw new TpmFormatException("a seed of another size");
    }

    /// <summary>Encrypts a seed with OAEP (Part 1, B.10.3).</summary>
    internal static SharedSeed ForRsa(TpmPublic key, string label, byte[] seed, byte[] salt)
    {
        using var rsa = (RSA)key.ToKey();
        return new(seed, RsaOaep.Encrypt(rsa.ExportParameters(false), OaepHash(key), Terminated(label), seed, salt));
    }

    /// <summary>Agrees on a seed by one-pass ECDH with KDFe (Part 1, C.6.3).</summary>
    internal static SharedSeed ForEcc(TpmPublic key, string label, ECDiffieHellman ephemeral)
    {
        using var theirs = key.ToEcdh();
        var ours = ephemeral.ExportParameters(false).Q;
        var z = ephemeral.DeriveRawSecretAgreement(theirs.PublicKey);
        var bits = HashAlgorithms.Size(key.NameAlgorithm) * 8;
        var seed = KeyDerivation.KdfE(key.NameAlgorithm, z, label, ours.X, theirs.ExportParameters(false).Q.X, bits);
        CryptographicOperations.ZeroMemory(z);

        var point = new TpmWriter();
        point.WriteSized(ours.X);
        point.WriteSized(ours.Y);
        return new(seed, point.ToArray());
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);

    public override string ToString() => nameof(SharedSeed);

    // The other side of the same agreement: their point is the ephemeral one.
    private static byte[] Agree(TpmPublic key, ECDiffieHellman privateKey, string label, EccPoint point)
    {
        using var theirs = (key with { Unique = new EccUnique(point.X, point.Y) }).ToEcdh();
        var z = privateKey.DeriveRawSecretAgreement(theirs.PublicKey);
        var (u, v) = (theirs.ExportParameters(false).Q.X, privateKey.ExportParameters(false).Q.X);
        var bits = HashAlgorithms.Size(key.NameAlgorithm) * 8;
        var seed = KeyDerivation.KdfE(key.NameAlgorithm, z, label, u, v, bits);
        CryptographicOperations.ZeroMemory(z);
        return seed;
    }

    private static byte[] Terminated(string label) => Encoding.ASCII.GetBytes(label + '\0');

    // A key bound to OAEP names its hash; any other key uses its name algorithm (Part 1, B.4).
    private static TpmAlgorithm OaepHash(TpmPublic key) =>
        key.Parameters is RsaPublicParameters { Scheme: { Scheme: TpmAlgorithm.Oaep, Hash: var hash } }
            ? hash
            : key.NameAlgorithm;
}
