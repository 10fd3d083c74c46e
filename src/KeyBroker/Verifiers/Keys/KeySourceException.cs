namespace KeyBroker.Verifiers;

/// <summary>A verifier's keys cannot be read, or are none.</summary>
internal sealed class KeySourceException(string message, Exception? cause = null) : Exception(message, cause);
