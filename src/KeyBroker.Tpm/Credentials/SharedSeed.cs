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

    /// <summary>Encrypts a seed with OAEP (Part 1, B.10.3).</summary>
    internal static SharedSeed ForRsa(TpmPublic key, string label, byte[] seed, byte[] salt)
    {
        using var rsa = (RSA)key.ToKey();
        var terminated = Encoding.ASCII.GetBytes(label + '\0');
        return new(seed, RsaOaep.Encrypt(rsa.ExportParameters(false), OaepHash(key), terminated, seed, salt));
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

    // A key bound to OAEP names its hash; any other key uses its name algorithm (Part 1, B.4).
    private static TpmAlgorithm OaepHash(TpmPublic key) =>
        key.Parameters is RsaPublicParameters { Scheme: { Scheme: TpmAlgorithm.Oaep, Hash: var hash } }
            ? hash
            : key.NameAlgorithm;
}
