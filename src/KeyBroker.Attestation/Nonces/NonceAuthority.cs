using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Nonces;

/// <summary>
/// Issues nonces without writing anything: random (32) ‖ expiry in unix ms (8) ‖ truncated HMAC-SHA256 over both (15): 74
/// characters of base64url, the longest <c>eat_nonce</c> that every library of EARs takes.
/// Replicas that share the key accept each other's; only spending one touches the ledger.
/// </summary>
public sealed class NonceAuthority
{
    public const int Length = MacOffset + MacLength;

    private const int ExpiryOffset = 32;
    private const int MacOffset = ExpiryOffset + sizeof(long);
    private const int MacLength = 15;
    private const int MinimumKeyLength = 32;

    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;

    public NonceAuthority(byte[] key, TimeProvider time, TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, MinimumKeyLength);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        (_key, _time, _lifetime) = ([.. key], time, lifetime);
    }

    private static ReadOnlySpan<byte> Label => "keybroker-challenge-v1"u8;

    public IssuedChallenge Issue()
    {
        var expiry = (_time.GetUtcNow() + _lifetime).ToUnixTimeMilliseconds();
        var nonce = new byte[Length];
        RandomNumberGenerator.Fill(nonce.AsSpan(0, ExpiryOffset));
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(ExpiryOffset), expiry);
        Mac(nonce.AsSpan(0, MacOffset)).AsSpan(0, MacLength).CopyTo(nonce.AsSpan(MacOffset));
        return new IssuedChallenge(nonce, DateTimeOffset.FromUnixTimeMilliseconds(expiry));
    }

    /// <summary>Spends a nonce; call it only once the signature and extraData of the quote hold.</summary>
    /// <exception cref="DeniedException">attestation-denied nonce-unknown, challenge-expired or challenge-used.</exception>
    public async Task<FreshNonce> RedeemAsync(byte[] nonce, INonceLedger ledger, CancellationToken cancellationToken)
    {
        // Section 4: never issued is 403, expired is 410, spent is 409.
        if (!IsOurs(nonce))
        {
            throw new DeniedException(
                ProblemCodes.AttestationDenied,
                new Reason(ReasonCodes.NonceUnknown, "this nonce was never issued"));
        }

        var expiresAt = ExpiryOf(nonce);
        if (_time.GetUtcNow() >= expiresAt)
        {
            throw new DeniedException(ProblemCodes.ChallengeExpired, "the challenge has expired");
        }

        // The identity is the random part, so that no second encoding of the rest could make a second nonce.
        return await ledger.TrySpendAsync(nonce[..ExpiryOffset], expiresAt, cancellationToken)
            ? new FreshNonce(nonce)
            : throw new DeniedException(ProblemCodes.ChallengeUsed, "the challenge was used before");
    }

    private static DateTimeOffset ExpiryOf(byte[] nonce) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(nonce.AsSpan(ExpiryOffset)));

    private bool IsOurs(byte[] nonce) => nonce.Length == Length && CryptographicOperations.FixedTimeEquals(
        Mac(nonce.AsSpan(0, MacOffset)).AsSpan(0, MacLength),
        nonce.AsSpan(MacOffset));

    private byte[] Mac(ReadOnlySpan<byte> content)
    {
        byte[] labelled = [.. Label, .. content];
        return HMACSHA256.HashData(_key, labelled);
    }
}
