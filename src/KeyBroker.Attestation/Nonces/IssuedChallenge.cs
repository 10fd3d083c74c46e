namespace KeyBroker.Attestation.Nonces;

/// <summary>A nonce for an attester to quote over, and until when.</summary>
public sealed record IssuedChallenge(byte[] Nonce, DateTimeOffset ExpiresAt);
