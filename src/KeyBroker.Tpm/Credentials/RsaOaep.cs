using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>RSAES-OAEP with a label (RFC 8017, 7.1.1), which TPM 2.0 needs and the platform does not offer.</summary>
internal static class RsaOaep
{
    /// <exception cref="TpmFormatException">The key is too small for such a message.</exception>
    internal static byte[] Encrypt(
        RSAParameters key, TpmAlgorithm hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, byte[] salt)
    {
        var modulus = key.Modulus!;
        var encoded = Encode(modulus.Length, hash, label, message, salt);
        var number = BigInteger.ModPow(Numbers.Read(encoded), Numbers.Read(key.Exponent), Numbers.Read(modulus));
        CryptographicOperations.ZeroMemory(encoded);
        return Numbers.Write(number, modulus.Length);
    }

    /// <exception cref="TpmFormatException">Not encrypted to this key with this label; nothing says which.</exception>
    internal static byte[] Decrypt(
        RSAParameters key, TpmAlgorithm hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ciphertext)
    {
        var modulus = Numbers.Read(key.Modulus);
        var number = Numbers.Read(ciphertext);
        if (ciphertext.Length != key.Modulus!.Length || number >= modulus
            || Room(key.Modulus.Length, HashAlgorithms.Size(hash)) < 0)
        {
            throw new TpmFormatException("not a ciphertext of this key");
        }

        // Blinded, because a power of BigInteger takes a time that depends on its numbers.
        var blind = Numbers.Read(RandomNumberGenerator.GetBytes(key.Modulus.Length)) % modulus;
        var blinded = number * BigInteger.ModPow(blind, Numbers.Read(key.Exponent), modulus) % modulus;
        var opened = BigInteger.ModPow(blinded, Numbers.Read(key.D), modulus) * Numbers.Inverse(blind, modulus) % modulus;
        var encoded = Numbers.Write(opened, key.Modulus.Length);
        try
        {
            return Decode(encoded, hash, label);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    // Looks at everything before it says anything (RFC 8017, 7.1.2).
    private static byte[] Decode(byte[] encoded, TpmAlgorithm hash, ReadOnlySpan<byte> label)
    {
        var digestSize = HashAlgorithms.Size(hash);
        var maskedSeed = encoded.AsSpan(1, digestSize);
        var maskedBlock = encoded.AsSpan(1 + digestSize);
        Mask(hash, maskedBlock, maskedSeed);
        Mask(hash, maskedSeed, maskedBlock);
        var isBad = encoded[0] | (CryptographicOperations.FixedTimeEquals(
            maskedBlock[..digestSize], HashAlgorithms.Hash(hash, label)) ? 0 : 1);
        var (start, isFound) = (0, 0);
        for (var at = digestSize; at < maskedBlock.Length; at++)
        {
            var isOne = maskedBlock[at] == 1 ? 1 : 0;
            isBad |= (1 - isFound) & (maskedBlock[at] > 1 ? 1 : 0);
            start |= (1 - isFound) * isOne * (at + 1);
            isFound |= isOne;
        }

        return (isBad | (1 - isFound)) == 0
            ? maskedBlock[start..].ToArray()
            : throw new TpmFormatException("not encrypted to this key for this use");
    }

    // The longest message (RFC 8017, 7.1.1).
    private static int Room(int size, int digestSize) => size - (2 * digestSize) - 2;

    private static byte[] Encode(
        int size, TpmAlgorithm hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, byte[] salt)
    {
        var digestSize = HashAlgorithms.Size(hash);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, digestSize);
        if (message.Length > Room(size, digestSize))
        {
            throw new TpmFormatException("a key too small for this message");
        }

        var encoded = new byte[size];
        var maskedSeed = encoded.AsSpan(1, digestSize);
        var maskedBlock = encoded.AsSpan(1 + digestSize);
        HashAlgorithms.Hash(hash, label).CopyTo(maskedBlock);
        maskedBlock[^(message.Length + 1)] = 1;
        message.CopyTo(maskedBlock[^message.Length..]);
        salt.CopyTo(maskedSeed);
        Mask(hash, maskedSeed, maskedBlock);
        Mask(hash, maskedBlock, maskedSeed);
        return encoded;
    }

    // MGF1 (RFC 8017, B.2.1), applied at once.
    private static void Mask(TpmAlgorithm hash, ReadOnlySpan<byte> seed, Span<byte> target)
    {
        var input = new byte[seed.Length + 4];
        seed.CopyTo(input);
        for (var (done, counter) = (0, 0u); done < target.Length; counter++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(seed.Length), counter);
            var mask = HashAlgorithms.Hash(hash, input);
            var size = Math.Min(mask.Length, target.Length - done);
            for (var i = 0; i < size; i++)
            {
                target[done + i] ^= mask[i];
            }

            done += size;
        }

        CryptographicOperations.ZeroMemory(input);
    }
}
