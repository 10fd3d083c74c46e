namespace KeyBroker.Audit;

/// <summary>A sink of the audit log did not take what it was given.</summary>
internal sealed class SinkException(string message, Exception? inner = null) : Exception(message, inner);
