using System.Security.Cryptography;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Message authentication codes: HMAC with SHA-256.</summary>
internal sealed class Macs(TpmKeys tpm, SealedKeys sealedKeys)
{
    public const int LongestMessage = 64 * 1024;

    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed, not-found.</exception>
    public Task<byte[]> MacAsync(KeyRecord key, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        ComputeAsync(key, KeyChoice.Of(key, "mac", key.PrimaryVersion), message, cancellation);

    /// <summary>
    /// The version that made this code, or null. A code does not say which version that was, so every version whose state
    /// admits it is asked, the newest first.
    /// </summary>
    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed, not-found.</exception>
    public async Task<KeyVersion?> FindMakerAsync(
        KeyRecord key, (ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Mac) claimed, CancellationToken cancellation)
    {
        foreach (var candidate in Candidates(key))
        {
            var mac = await ComputeAsync(key, candidate, claimed.Message, cancellation);
            if (CryptographicOperations.FixedTimeEquals(mac, claimed.Mac.Span))
            {
                return candidate;
            }
        }

        return null;
    }

    private static KeyVersion[] Candidates(KeyRecord key)
    {
        KeyChoice.RequireOperation(key, "mac-verify");
        var allowed = key.Versions.Reverse().Where(version => KeyLifeCycle.Allows(key, version, "mac-verify")).ToArray();
        if (allowed.Length == 0)
        {
            KeyLifeCycle.Check(key, key.Primary, "mac-verify");
        }

        return allowed;
    }

    private async Task<byte[]> ComputeAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (message.Length > LongestMessage)
        {
            throw new DeniedException(ProblemCodes.TooLarge, "a message is at most 64 KiB");
        }

        return key.Protection == KeyTypes.Sealed
            ? await sealedKeys.MacAsync(key, version, message).WaitAsync(cancellation)
            : await tpm.MacAsync(key, version, message, cancellation);
    }
}
