using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>An open RSA key; sealed as PKCS#8.</summary>
internal sealed class RsaMaterial : KeyMaterial
{
    // An RSA-3072 key in PKCS#8 takes some 1,800 bytes.
    private const int LongestPkcs8 = 4096;

    private readonly RSA _key;

    public RsaMaterial(RSA key)
    {
        _key = key;
        PublicJwk = PublicJwks.Of(key.ExportParameters(includePrivateParameters: false));
    }

    public override PublicJwk PublicJwk { get; }

    public static RsaMaterial Open(ReadOnlySpan<byte> pkcs8)
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new RsaMaterial(key);
    }

    public byte[] Sign(ReadOnlySpan<byte> digest, SignatureAlgorithm algorithm) =>
        _key.SignHash(digest, algorithm.HashName, algorithm.Padding!);

    /// <summary>RSA-OAEP-256; null for everything that is not a ciphertext to this key.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> ciphertext)
    {
        try
        {
            return _key.Decrypt(ciphertext, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public override SecretBytes Export()
    {
        var length = 0;
        using var room = SecretBytes.Fill(LongestPkcs8, memory =>
        {
            if (!_key.TryExportPkcs8PrivateKey(memory.Span, out length))
            {
                throw new CryptographicException("an RSA key longer than expected");
            }
        });
        return SecretBytes.Copy(room.Span[..length]);
    }

    public override void Dispose() => _key.Dispose();
}
