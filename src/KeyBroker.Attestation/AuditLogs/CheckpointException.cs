namespace KeyBroker.Attestation.AuditLogs;

/// <summary>A checkpoint does not prove what it says; the message tells which step fails.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);
