using System.Numerics;

namespace KeyBroker.Attestation.Certificates;

/// <summary>Tells moduli of the ROCA generator (CVE-2017-15361), whose primes are powers of 65537 modulo many small primes.</summary>
internal static class WeakRsa
{
    private static readonly int[] s_primes =
    [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127,
        131, 137, 139, 149, 151, 157, 163, 167,
    ];

    private static readonly (int Prime, HashSet<int> Powers)[] s_groups = [.. s_primes.Select(prime => (prime, PowersModulo(prime)))];

    /// <param name="modulus">Big-endian.</param>
    public static bool IsWeak(ReadOnlySpan<byte> modulus)
    {
        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        return Array.TrueForAll(s_groups, group => group.Powers.Contains((int)(number % group.Prime)));
    }

    private static HashSet<int> PowersModulo(int prime)
    {
        var powers = new HashSet<int>();
        for (var power = 1; powers.Add(power); power = power * 65537 % prime)
        {
        }

        return powers;
    }
}
