using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>A secret that a TPM gives out only if it holds both the endorsement key and the key of the given name.</summary>
/// <param name="Blob">TPM2B_ID_OBJECT (Part 2, 12.4.3).</param>
/// <param name="Secret">TPM2B_ENCRYPTED_SECRET (Part 2, 11.4.3).</param>
public sealed record CredentialBlob(byte[] Blob, byte[] Secret)
{
    /// <summary>TPM2_MakeCredential in software (Part 1, 24; Part 3, 12.6).</summary>
    /// <param name="ek">The endorsement key, a restricted decryption key with an AES symmetric algorithm.</param>
    /// <param name="akName">The name of the key to be proven, computed from its public area.</param>
    /// <param name="secret">At most one digest of the endorsement key's name algorithm.</param>
    /// <exception cref="TpmFormatException">The endorsement key cannot protect credentials.</exception>
    public static CredentialBlob MakeCredential(TpmPublic ek, TpmName akName, ReadOnlySpan<byte> secret)
    {
        using var seed = SharedSeed.Create(ek, "IDENTITY");
        return Protect(ek, akName, secret, seed);
    }

    /// <summary>The part after the seed is chosen (Part 1, 24.4 and 24.5).</summary>
    internal static CredentialBlob Protect(TpmPublic ek, TpmName akName, ReadOnlySpan<byte> secret, SharedSeed seed)
    {
        var keyBits = KeyBits(ek);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, HashAlgorithms.Size(ek.NameAlgorithm));

        var hash = ek.NameAlgorithm;
        var name = akName.Bytes.Span;
        var key = KeyDerivation.KdfA(hash, seed.Seed, "STORAGE", name, default, keyBits);
        var encrypted = Encrypt(key, secret);
        var integrity = Integrity(hash, seed, encrypted, name);
        return new(Sized(integrity, encrypted), Sized(seed.Encrypted.Span));
    }

    private static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> secret)
    {
        var plain = new TpmWriter();
        plain.WriteSized(secret);
        var encrypted = Cfb.Encrypt(key, default, plain.Written);
        plain.Clear();
        CryptographicOperations.ZeroMemory(key);
        return encrypted;
    }

    private static byte[] Integrity(TpmAlgorithm hash, SharedSeed seed, byte[] encrypted, ReadOnlySpan<byte> name)
    {
        var key = KeyDerivation.KdfA(
            hash, seed.Seed, "INTEGRITY", default, default, HashAlgorithms.Size(hash) * 8);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithms.ToName(hash), key);
        hmac.AppendData(encrypted);
        hmac.AppendData(name);
        CryptographicOperations.ZeroMemory(key);
        return hmac.GetHashAndReset();
    }

    private static int KeyBits(TpmPublic ek)
    {
        var symmetric = ek.Parameters switch
        {
            RsaPublicParameters rsa => rsa.Symmetric,
            EccPublicParameters ecc => ecc.Symmetric,
            _ => SymmetricDefinition.Null,
        };
        return symmetric is { Algorithm: TpmAlgorithm.Aes, Mode: TpmAlgorithm.Cfb, KeyBits: 128 or 192 or 256 }
            ? symmetric.KeyBits
            : throw new TpmFormatException("not a key that protects credentials with AES");
    }

    private static byte[] Sized(byte[] integrity, byte[] encrypted)
    {
        var content = new TpmWriter();
        content.WriteSized(integrity);
        content.WriteBytes(encrypted);
        return Sized(content.Written);
    }

    private static byte[] Sized(ReadOnlySpan<byte> content)
    {
        var writer = new TpmWriter();
        writer.WriteSized(content);
        return writer.ToArray();
    }
}
