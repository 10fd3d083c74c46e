namespace KeyBroker.TpmAccess;

/// <summary>K11. The TPM, or something between us and it, returned a result that does not check; it never leaves.</summary>
internal sealed class TpmResultException(string message) : TpmUnavailableException(message);
