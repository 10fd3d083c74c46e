namespace KeyBroker.Verifiers;

/// <summary>When a verifier's keys were looked for in vain, and why.</summary>
internal sealed record FailedLook(string Detail, DateTimeOffset At);
