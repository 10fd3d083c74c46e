using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestation.Recipients;

namespace KeyBroker.Attestations;

/// <summary>What a quote, or a remote verifier in place of one, binds besides the state: nonce and keys, and the boot.</summary>
internal sealed record Attested(RuntimeData Runtime)
{
    /// <summary>Always the same where no quote tells one boot from another.</summary>
    public BootCounters Boot { get; init; }

    public ResidentKeys Residents { get; init; } = ResidentKeys.None;

    /// <summary>Null where there was no quote.</summary>
    public byte[]? PcrDigest { get; init; }

    /// <summary>What was appraised.</summary>
    public string Submodule { get; init; } = "tpm";

    public static Attested By(VerifiedQuote quote) => new(quote.Evidence.Runtime)
    {
        Boot = quote.Boot,
        Residents = quote.Residents,
        PcrDigest = quote.PcrDigest,
    };
}
