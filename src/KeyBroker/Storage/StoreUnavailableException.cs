namespace KeyBroker.Storage;

/// <summary>The store cannot be read or written now; nothing of the attempted work has happened.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
