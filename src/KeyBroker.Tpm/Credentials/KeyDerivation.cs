using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>The two key derivations of TPM 2.0, from a shared key and from a shared point.</summary>
public static class KeyDerivation
{
    /// <summary>Where the counter goes, at the start of what is hashed for each block.</summary>
    private static ReadOnlySpan<byte> Counter => [0, 0, 0, 0];

    /// <summary>KDFa (Part 1, 11.4.10.2): SP 800-108 in counter mode with HMAC.</summary>
    /// <param name="bits">How much to derive; the surplus high bits of the first byte are zero.</param>
    public static byte[] KdfA(
        TpmAlgorithm hash,
        ReadOnlySpan<byte> key,
        string label,
        ReadOnlySpan<byte> contextU,
        ReadOnlySpan<byte> contextV,
        int bits)
    {
        var (derived, made) = (new byte[ByteCount(bits)], 0);
        byte[] text = [.. Counter, .. Terminated(label), .. contextU, .. contextV, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(text.Length - Counter.Length), (uint)bits);
        Span<byte> block = stackalloc byte[HashAlgorithms.Size(hash)];
        for (var counter = 1u; made < derived.Length; counter++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(text, counter);
            CryptographicOperations.HmacData(HashAlgorithms.ToName(hash), key, text, block);
            made += Take(block, derived.AsSpan(made));
        }

        CryptographicOperations.ZeroMemory(block);
        return Mask(derived, bits);
    }

    /// <summary>KDFe (Part 1, 11.4.10.3): the SP 800-56A concatenation of a shared point's x coordinate.</summary>
    /// <param name="bits">How much to derive; the surplus high bits of the first byte are zero.</param>
    public static byte[] KdfE(
        TpmAlgorithm hash,
        ReadOnlySpan<byte> z,
        string label,
        ReadOnlySpan<byte> partyU,
        ReadOnlySpan<byte> partyV,
        int bits) => KdfE(hash, z, Terminated(label), partyU, partyV, bits);

    /// <summary>KDFe of a label as it is, without the zero that a TPM puts behind it.</summary>
    internal static byte[] KdfE(
        TpmAlgorithm hash,
        ReadOnlySpan<byte> z,
        byte[] label,
        ReadOnlySpan<byte> partyU,
        ReadOnlySpan<byte> partyV,
        int bits)
    {
        var (derived, made) = (new byte[ByteCount(bits)], 0);
        byte[] text = [.. Counter, .. z, .. label, .. partyU, .. partyV];
        Span<byte> block = stackalloc byte[HashAlgorithms.Size(hash)];
        for (var counter = 1u; made < derived.Length; counter++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(text, counter);
            CryptographicOperations.HashData(HashAlgorithms.ToName(hash), text, block);
            made += Take(block, derived.AsSpan(made));
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(text);
        return Mask(derived, bits);
    }

    private static int ByteCount(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        return (bits + 7) / 8;
    }

    // The label's terminating zero is part of it (Part 1, 11.4.10.2).
    private static byte[] Terminated(string label) => Encoding.ASCII.GetBytes(label + '\0');

    private static int Take(ReadOnlySpan<byte> block, Span<byte> rest)
    {
        var size = Math.Min(block.Length, rest.Length);
        block[..size].CopyTo(rest);
        return size;
    }

    private static byte[] Mask(byte[] derived, int bits)
    {
        if (bits % 8 != 0)
        {
            derived[0] &= (byte)((1 << (bits % 8)) - 1);
        }

        return derived;
    }
}
