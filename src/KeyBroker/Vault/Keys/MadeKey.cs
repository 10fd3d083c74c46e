using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>A key that was just made: the TPM's object, what it wraps, and the public part.</summary>
internal sealed record MadeKey(SealedObject Object, byte[]? Wrapped, PublicJwk? PublicJwk);
