using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestation.Recipients;

namespace KeyBroker.Receipts;

/// <summary>What an attestation token says.</summary>
internal sealed record TokenContent
{
    public required string Jti { get; init; }

    public required string Machine { get; init; }

    public required byte[] Nonce { get; init; }

    /// <summary>Thumbprint of the attested proof key.</summary>
    public required string CnfThumbprint { get; init; }

    /// <summary>Which of the attested keys the machine's own TPM holds.</summary>
    public ResidentKeys Residents { get; init; } = ResidentKeys.None;

    public required BootCounters Boot { get; init; }

    /// <summary>Null where no quote was shown.</summary>
    public required byte[]? PcrDigest { get; init; }

    /// <summary>What was appraised: the TPM, or what a remote verifier appraised.</summary>
    public string Submodule { get; init; } = "tpm";

    /// <summary>The enforced policies that hold, by name.</summary>
    public required IReadOnlyList<Policy> Policies { get; init; }

    /// <summary>Null where no quote was shown: what remote verifiers appraised, their own results say.</summary>
    public required TrustVector? Vector { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required TimeSpan Lifetime { get; init; }
}
