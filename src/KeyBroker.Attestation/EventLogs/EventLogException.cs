namespace KeyBroker.Attestation.EventLogs;

/// <summary>The bytes are no event log, or a structure in one is not what it says it is.</summary>
public sealed class EventLogException(string message) : FormatException(message);
