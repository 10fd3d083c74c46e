using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>The two key derivations of TPM 2.0, from a shared key and from a shared point.</summary>
public static class KeyDerivation
{
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
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithms.ToName(hash), key);
        var derived = new byte[ByteCount(bits)];
        var made = 0;
        for (var counter = 1u; made < derived.Length; counter++)
        {
            Append(hmac, counter);
            hmac.AppendData(Terminated(label));
            hmac.AppendData(contextU);
            hmac.AppendData(contextV);
            Append(hmac, (uint)bits);
            made += Take(hmac, derived.AsSpan(made));
        }

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
        using var digest = IncrementalHash.CreateHash(HashAlgorithms.ToName(hash));
        var derived = new byte[ByteCount(bits)];
        var made = 0;
        for (var counter = 1u; made < derived.Length; counter++)
        {
            Append(digest, counter);
            digest.AppendData(z);
            digest.AppendData(label);
            digest.AppendData(partyU);
            digest.AppendData(partyV);
            made += Take(digest, derived.AsSpan(made));
        }

        return Mask(derived, bits);
    }

    private static int ByteCount(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        return (bits + 7) / 8;
    }

    private static void Append(IncrementalHash hash, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    // The label's terminating zero is part of it (Part 1, 11.4.10.2).
    private static byte[] Terminated(string label) => Encoding.ASCII.GetBytes(label + '\0');

    private static int Take(IncrementalHash hash, Span<byte> rest)
    {
        Span<byte> block = stackalloc byte[HashAlgorithms.MaxSize];
        var size = Math.Min(hash.GetHashAndReset(block), rest.Length);
        block[..size].CopyTo(rest);
        CryptographicOperations.ZeroMemory(block);
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
