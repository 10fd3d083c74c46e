namespace KeyBroker.Storage;

/// <summary>A stored row is not as this broker wrote it: somebody edited or exchanged it.</summary>
internal sealed class StoreIntegrityException(string message, Exception? cause = null) : Exception(message, cause);
