using System.Collections.Frozen;

namespace KeyBroker.Attestation;

/// <summary>The closed set of reason codes (contract, sections 3 and 4).</summary>
public static class ReasonCodes
{
    public const string EndorsementTemplate = "ek-template";
    public const string EndorsementCertificate = "ek-certificate";
    public const string AttestationKeyAttributes = "ak-attributes";
    public const string AttestationKeyAlgorithm = "ak-algorithm";
    public const string QuoteSignature = "quote-signature";
    public const string QuoteMagic = "quote-magic";
    public const string QuoteType = "quote-type";
    public const string QuoteBinding = "quote-binding";
    public const string NonceUnknown = "nonce-unknown";
    public const string PcrSelection = "pcr-selection";
    public const string PcrDigest = "pcr-digest";
    public const string BootOrder = "boot-order";
    public const string EventLog = "event-log";
    public const string PolicyPcr = "policy-pcr";
    public const string PolicyBaseline = "policy-baseline";
    public const string PolicyTrust = "policy-trust";
    public const string PolicyEvent = "policy-event";
    public const string PolicyResult = "policy-result";

    public static FrozenSet<string> All { get; } = FrozenSet.ToFrozenSet(
        [
            EndorsementTemplate, EndorsementCertificate, AttestationKeyAttributes, AttestationKeyAlgorithm, QuoteSignature,
            QuoteMagic, QuoteType, QuoteBinding, NonceUnknown, PcrSelection, PcrDigest, BootOrder, EventLog, PolicyPcr,
            PolicyBaseline, PolicyTrust, PolicyEvent, PolicyResult,
        ],
        StringComparer.Ordinal);
}
