namespace KeyBroker.Attestation.AuditLogs;

/// <summary>The first fault of a log.</summary>
/// <param name="Sequence">The first record at fault; of a checkpoint the number of records it is over.</param>
public sealed record LogFault(LogFaultKind Kind, long Sequence, string Message);
