namespace KeyBroker.Audit;

/// <summary>The audit record cannot be written, so the operation does not happen.</summary>
internal sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
