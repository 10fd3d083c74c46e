using System.Security.Cryptography;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Message authentication codes: HMAC with SHA-256.</summary>
internal sealed class Macs(TpmKeys tpm, SealedKeys sealedKeys)
{
    public const int LongestMessage = 64 * 1024;

    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed, not-found.</exception>
    public Task<byte[]> MacAsync(KeyRecord key, ReadOnlyMemory<byte> message, int? version, CancellationToken cancellation)
    {
        var chosen = KeyChoice.Of(key, "mac", version);
        return ComputeAsync(key, chosen, message, cancellation);
    }

    /// <summary>
    /// The version that made this code, or null. A code does not say which version that was, so without a number every
    /// version whose state admits it is asked, the newest first.
    /// </summary>
    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed, not-found.</exception>
    public async Task<KeyVersion?> FindMakerAsync(
        KeyRecord key, (ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Mac) claimed, int? version, CancellationToken cancellation)
    {
        KeyVersion[] candidates = version is null
            ? Candidates(key)
            : [KeyChoice.Of(key, "mac-verify", version)];
        foreach (var candidate in candidates)
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
