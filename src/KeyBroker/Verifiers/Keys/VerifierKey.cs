using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>One key of a verifier, and the one algorithm that it is for, if it says so.</summary>
internal sealed record VerifierKey(string? Kid, string? Algorithm, PublicJwk Key);
