namespace KeyBroker.TpmAccess;

/// <summary>A unit of work in the queue, when it came there, and on whose behalf.</summary>
internal sealed record TpmWork(Task Task, TpmPriority Priority, long Queued, string Caller);
