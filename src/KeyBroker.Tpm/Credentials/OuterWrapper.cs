using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>What a seed protects, for one object by name: encrypted, then authenticated (Part 1, 22.4 and 24.4).</summary>
internal static class OuterWrapper
{
    /// <returns>The HMAC, sized, and then the encrypted content.</returns>
    internal static byte[] Wrap(TpmPublic parent, SharedSeed seed, TpmName name, ReadOnlySpan<byte> content)
    {
        var key = EncryptionKey(parent, seed, name);
        var encrypted = Cfb.Encrypt(key, default, content);
        CryptographicOperations.ZeroMemory(key);

        var writer = new TpmWriter();
        writer.WriteSized(Integrity(parent.NameAlgorithm, seed, encrypted, name));
        writer.WriteBytes(encrypted);
        return writer.ToArray();
    }

    /// <exception cref="TpmFormatException">Made for another parent or another object, or changed since.</exception>
    internal static byte[] Unwrap(TpmPublic parent, SharedSeed seed, TpmName name, ReadOnlySpan<byte> wrapped)
    {
        var reader = new TpmReader(wrapped);
        var claimed = reader.ReadSized(HashAlgorithms.MaxSize);
        var encrypted = reader.ReadRest();
        if (!CryptographicOperations.FixedTimeEquals(Integrity(parent.NameAlgorithm, seed, encrypted, name), claimed))
        {
            throw new TpmFormatException("not made for this parent and this object");
        }

        var key = EncryptionKey(parent, seed, name);
        var content = Cfb.Decrypt(key, default, encrypted);
        CryptographicOperations.ZeroMemory(key);
        return content;
    }

    private static byte[] EncryptionKey(TpmPublic parent, SharedSeed seed, TpmName name) =>
        KeyDerivation.KdfA(parent.NameAlgorithm, seed.Seed, "STORAGE", name.Bytes.Span, default, KeyBits(parent));

    private static byte[] Integrity(TpmAlgorithm hash, SharedSeed seed, ReadOnlySpan<byte> encrypted, TpmName name)
    {
        var key = KeyDerivation.KdfA(
            hash, seed.Seed, "INTEGRITY", default, default, HashAlgorithms.Size(hash) * 8);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithms.ToName(hash), key);
        hmac.AppendData(encrypted);
        hmac.AppendData(name.Bytes.Span);
        CryptographicOperations.ZeroMemory(key);
        return hmac.GetHashAndReset();
    }

    private static int KeyBits(TpmPublic parent)
    {
        var symmetric = parent.Parameters switch
        {
            RsaPublicParameters rsa => rsa.Symmetric,
            EccPublicParameters ecc => ecc.Symmetric,
            _ => SymmetricDefinition.Null,
        };
        return symmetric is { Algorithm: TpmAlgorithm.Aes, Mode: TpmAlgorithm.Cfb, KeyBits: 128 or 192 or 256 }
            ? symmetric.KeyBits
            : throw new TpmFormatException("not a key that protects other objects with AES");
    }
}
