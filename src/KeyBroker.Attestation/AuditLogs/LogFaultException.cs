namespace KeyBroker.Attestation.AuditLogs;

/// <summary>Ends the verification of a log at its first fault.</summary>
internal sealed class LogFaultException(LogFaultKind kind, long sequence, string message) : Exception(message)
{
    public LogFault Fault { get; } = new(kind, sequence, message);
}
