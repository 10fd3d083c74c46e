using System.Numerics;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>Big-endian numbers as RSA computes with them.</summary>
internal static class Numbers
{
    internal static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    internal static byte[] Write(BigInteger number, int size) =>
        EccCurves.Pad(number.ToByteArray(isUnsigned: true, isBigEndian: true), size);

    /// <summary>Euclid's extended algorithm; without meaning where the two share a factor.</summary>
    internal static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        var (previous, rest, before, now) = (modulus, number % modulus, BigInteger.Zero, BigInteger.One);
        while (!rest.IsZero)
        {
            var quotient = previous / rest;
            (previous, rest) = (rest, previous - (quotient * rest));
            (before, now) = (now, before - (quotient * now));
        }

        return before.Sign < 0 ? before + modulus : before;
    }
}
