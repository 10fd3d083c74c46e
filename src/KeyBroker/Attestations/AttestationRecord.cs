using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestation.Recipients;

namespace KeyBroker.Attestations;

/// <summary>
/// What a verified quote vouched for: the measurements behind a token and the keys bound to them, or those of evidence that
/// no policy let in.
/// </summary>
internal sealed record AttestationRecord(string Jti, string Machine, BootCounters Boot, MeasuredState Measured)
{
    public required string PolicyDigest { get; init; }

    /// <summary>The thumbprint of the key that proves possession of the token.</summary>
    public required string CnfThumbprint { get; init; }

    /// <summary>The machine's epoch: see <see cref="Enrollments.Machine.Epoch"/>.</summary>
    public required int Epoch { get; init; }

    public PublicJwk? Enc { get; init; }

    /// <summary>Which of the bound keys the machine's own TPM holds.</summary>
    public ResidentKeys Residents { get; init; } = ResidentKeys.None;

    /// <summary>SHA-256 of the body of the request that the quote was made for; null for any.</summary>
    public byte[]? ForRequest { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The end of the token; of denied evidence, its beginning.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The policies that held, by name.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Why it was denied; null where it was allowed.</summary>
    public IReadOnlyList<Reason>? Reasons { get; init; }

    public bool IsDenied => Reasons is not null;

    /// <summary>Lower-case hex SHA-256 of the event log that came with the quote.</summary>
    public string? EventLogDigest { get; init; }

    /// <summary>About how many characters the measurements take.</summary>
    public int Weight { get; init; }
}
