using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>RSAES-OAEP with a label (RFC 8017, 7.1.1), which TPM 2.0 needs and the platform does not offer.</summary>
internal static class RsaOaep
{
    internal static byte[] Encrypt(
        RSAParameters key, TpmAlgorithm hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, byte[] salt)
    {
        var modulus = key.Modulus!;
        var encoded = Encode(modulus.Length, hash, label, message, salt);
        var number = BigInteger.ModPow(Number(encoded), Number(key.Exponent), Number(modulus));
        CryptographicOperations.ZeroMemory(encoded);
        return EccCurves.Pad(number.ToByteArray(isUnsigned: true, isBigEndian: true), modulus.Length);
    }

    private static byte[] Encode(
        int size, TpmAlgorithm hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, byte[] salt)
    {
        var digestSize = HashAlgorithms.Size(hash);
        if (salt.Length != digestSize || message.Length > size - (2 * digestSize) - 2)
        {
            throw new ArgumentException("a message or a salt of the wrong size");
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

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
