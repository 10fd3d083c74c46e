using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;

namespace KeyBroker.Attestations;

/// <summary>What stands behind a token: the measurements that a quote vouched for, and the keys bound to them.</summary>
internal sealed record AttestationRecord(string Jti, string Machine, BootCounters Boot, MeasuredState Measured)
{
    public required string PolicyDigest { get; init; }

    /// <summary>The thumbprint of the key that proves possession of the token.</summary>
    public required string CnfThumbprint { get; init; }

    /// <summary>The machine's epoch: see <see cref="Enrollments.Machine.Epoch"/>.</summary>
    public required int Epoch { get; init; }

    public PublicJwk? Enc { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The policies that held, by name.</summary>
    public required IReadOnlyList<string> Policies { get; init; }
}
