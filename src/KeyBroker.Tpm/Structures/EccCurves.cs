using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>What this library knows about the curves it computes with.</summary>
public static class EccCurves
{
    /// <summary>The size of a coordinate, and of half a signature, in bytes.</summary>
    /// <exception cref="TpmFormatException">Not a curve this library computes with.</exception>
    public static int CoordinateSize(TpmEccCurve curve) => curve switch
    {
        TpmEccCurve.NistP256 => 32,
        TpmEccCurve.NistP384 => 48,
        TpmEccCurve.NistP521 => 66,
        _ => throw Unknown(curve),
    };

    /// <exception cref="TpmFormatException">Not a curve this library computes with.</exception>
    public static ECCurve ToPlatform(TpmEccCurve curve) => curve switch
    {
        TpmEccCurve.NistP256 => ECCurve.NamedCurves.nistP256,
        TpmEccCurve.NistP384 => ECCurve.NamedCurves.nistP384,
        TpmEccCurve.NistP521 => ECCurve.NamedCurves.nistP521,
        _ => throw Unknown(curve),
    };

    /// <exception cref="TpmFormatException">Not a curve this library computes with.</exception>
    public static TpmEccCurve FromPlatform(ECCurve curve) => curve.Oid?.Value switch
    {
        "1.2.840.10045.3.1.7" => TpmEccCurve.NistP256,
        "1.3.132.0.34" => TpmEccCurve.NistP384,
        "1.3.132.0.35" => TpmEccCurve.NistP521,
        _ => throw new TpmFormatException("not a known curve"),
    };

    /// <summary>Left-pads a big-endian number to a size, dropping only leading zeros.</summary>
    /// <exception cref="TpmFormatException">The number does not fit.</exception>
    public static byte[] Pad(ReadOnlySpan<byte> number, int size)
    {
        var digits = number.TrimStart((byte)0);
        if (digits.Length > size)
        {
            throw new TpmFormatException($"a number of {digits.Length} bytes, at most {size} fit");
        }

        var padded = new byte[size];
        digits.CopyTo(padded.AsSpan(size - digits.Length));
        return padded;
    }

    private static TpmFormatException Unknown(TpmEccCurve curve) =>
        new($"0x{(ushort)curve:x4} is not a known curve");
}
