namespace KeyBroker.Tpm;

/// <summary>A response is not from the TPM the session was made with, or not for the command that was sent.</summary>
public sealed class TpmSessionException(string message) : Exception(message);
