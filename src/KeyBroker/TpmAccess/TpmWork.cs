namespace KeyBroker.TpmAccess;

/// <summary>A unit of work in the queue, and when it came there.</summary>
internal sealed record TpmWork(Task Task, TpmPriority Priority, long Queued);
