namespace KeyBroker.TpmAccess;

/// <summary>The TPM cannot serve now: gone, overloaded or replaced; the caller may try again later.</summary>
internal class TpmUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
