namespace KeyBroker.Storage;

/// <summary>The database was written by a newer program than this one.</summary>
internal sealed class StoreVersionException(string message) : Exception(message);
