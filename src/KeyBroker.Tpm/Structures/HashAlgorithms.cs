using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>What this library knows about the hash algorithms of TPM 2.0 (Part 2, 6.3).</summary>
public static class HashAlgorithms
{
    /// <summary>The size in bytes of the largest digest known, which bounds every digest read.</summary>
    public const int MaxSize = 64;

    public static bool IsKnown(TpmAlgorithm algorithm) =>
        algorithm is TpmAlgorithm.Sha1 or TpmAlgorithm.Sha256 or TpmAlgorithm.Sha384 or TpmAlgorithm.Sha512;

    /// <exception cref="TpmFormatException">The algorithm is not a hash known here.</exception>
    public static HashAlgorithmName ToName(TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        TpmAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        TpmAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        TpmAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => throw Unknown(algorithm),
    };

    /// <summary>The size of a digest in bytes.</summary>
    /// <exception cref="TpmFormatException">The algorithm is not a hash known here.</exception>
    public static int Size(TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha1 => 20,
        TpmAlgorithm.Sha256 => 32,
        TpmAlgorithm.Sha384 => 48,
        TpmAlgorithm.Sha512 => 64,
        _ => throw Unknown(algorithm),
    };

    public static byte[] Hash(TpmAlgorithm algorithm, params ReadOnlySpan<byte> data) =>
        CryptographicOperations.HashData(ToName(algorithm), data);

    private static TpmFormatException Unknown(TpmAlgorithm algorithm) =>
        new($"0x{(ushort)algorithm:x4} is not a known hash algorithm");
}
