using System.Security.Cryptography;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>
/// Random bytes out of two sources: those of the operating system, exclusive-or a stream that HKDF makes of bytes of the TPM.
/// Neither source sees the other, so one that fails, or is somebody else's, leaves the bytes as good as the other one's.
/// </summary>
internal sealed class Randomness(TpmWorker worker)
{
    public const int Longest = 1024;

    // One digest is the most that a TPM gives at once.
    private const int SeedLength = 32;
    private static readonly byte[] s_label = "keybroker-random-v1"u8.ToArray();

    /// <summary>The caller wipes them.</summary>
    /// <exception cref="TpmUnavailableException">There is no TPM now; half a promise is none.</exception>
    /// <exception cref="TpmResultException">The TPM gave fewer bytes than it was asked for.</exception>
    public async Task<SecretBytes> MakeAsync(int length, CancellationToken cancellation)
    {
        var seed = await worker.RunAsync(scope => scope.Random(SeedLength), cancellation);
        return Mix(seed, length);
    }

    /// <summary>Wipes the seed.</summary>
    internal static SecretBytes Mix(byte[] seed, int length)
    {
        using var taken = SecretBytes.Take(seed);
        if (taken.Length != SeedLength)
        {
            throw new TpmResultException($"the TPM gave {taken.Length} of {SeedLength} random bytes");
        }

        return SecretBytes.Fill(length, memory =>
        {
            using var stream = SecretBytes.Fill(length, room =>
                HKDF.DeriveKey(HashAlgorithmName.SHA256, taken.Span, room.Span, salt: default, s_label));
            var bytes = memory.Span;
            RandomNumberGenerator.Fill(bytes);
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] ^= stream.Span[index];
            }
        });
    }
}
