namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>A key attestation does not prove what it states; the message says which step fails.</summary>
public sealed class KeyAttestationException(string message, Exception? inner = null) : Exception(message, inner);
