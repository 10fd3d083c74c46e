using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>Makes the platform's public keys from public areas.</summary>
internal static class PublicKeys
{
    private const uint DefaultExponent = 65537;
    private const int FewestRsaBits = 1024;
    private const int MostRsaBits = 4096;

    internal static AsymmetricAlgorithm Create(TpmPublic source) => source.Type switch
    {
        TpmAlgorithm.Rsa => CreateRsa(source),
        TpmAlgorithm.Ecc => Import(() => ECDsa.Create(ToParameters(source))),
        _ => throw new TpmFormatException("not an asymmetric key"),
    };

    internal static ECDiffieHellman CreateEcdh(TpmPublic source) =>
        Import(() => ECDiffieHellman.Create(ToParameters(source)));

    /// <summary>The exponent, of which the usual one is written as zero.</summary>
    internal static uint ExponentOf(RsaPublicParameters parameters) =>
        parameters.Exponent == 0 ? DefaultExponent : parameters.Exponent;

    /// <exception cref="TpmFormatException">The number is not as wide as the key, or even, or of no size that TPMs have.</exception>
    internal static void CheckModulus(ReadOnlySpan<byte> modulus, int keyBits)
    {
        if (keyBits is < FewestRsaBits or > MostRsaBits || modulus.Length * 8 != keyBits
            || modulus[0] < 0x80 || modulus[^1] % 2 == 0)
        {
            throw new TpmFormatException($"not the modulus of a {keyBits}-bit key");
        }
    }

    /// <exception cref="TpmFormatException">The number is even, or one.</exception>
    internal static void CheckExponent(uint exponent)
    {
        if (exponent < 3 || exponent % 2 == 0)
        {
            throw new TpmFormatException($"{exponent} is not an RSA exponent");
        }
    }

    private static RSA CreateRsa(TpmPublic source)
    {
        if (source is not { Parameters: RsaPublicParameters parameters, Unique: RsaUnique unique })
        {
            throw new TpmFormatException("not an RSA key");
        }

        var modulus = unique.Modulus.ToArray();
        CheckModulus(modulus, parameters.KeyBits);
        return Import(() => RSA.Create(new RSAParameters { Modulus = modulus, Exponent = Exponent(parameters) }));
    }

    private static byte[] Exponent(RsaPublicParameters parameters)
    {
        var exponent = ExponentOf(parameters);
        CheckExponent(exponent);
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, exponent);
        return bytes.AsSpan().TrimStart((byte)0).ToArray();
    }

    private static ECParameters ToParameters(TpmPublic source)
    {
        if (source is not { Parameters: EccPublicParameters parameters, Unique: EccUnique unique })
        {
            throw new TpmFormatException("not an elliptic-curve key");
        }

        var size = EccCurves.CoordinateSize(parameters.Curve);
        return new ECParameters
        {
            Curve = EccCurves.ToPlatform(parameters.Curve),
            Q = { X = EccCurves.Pad(unique.X.Span, size), Y = EccCurves.Pad(unique.Y.Span, size) },
        };
    }

    private static T Import<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (CryptographicException)
        {
            throw new TpmFormatException("not a valid public key");
        }
    }
}
