namespace KeyBroker.Attestations;

/// <summary>A token and the record without which it is worth nothing.</summary>
internal sealed record MintedToken(IssuedToken Token, AttestationRecord Record);
