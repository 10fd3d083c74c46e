using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>A result that a configured verifier signed for this broker, about this runtime data, that counts now.</summary>
internal sealed record VerifiedResult(AttestationResult Result, string Subject);
