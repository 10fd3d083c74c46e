namespace KeyBroker.Client;

/// <summary>The machine is not in the state that a secret in its TPM was released for.</summary>
public sealed class SecretStateException(string message) : Exception(message);
