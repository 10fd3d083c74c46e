namespace KeyBroker.Vault;

/// <summary>A destruction that waits; what is left of the wait is a row of its own, found by <paramref name="Id"/>.</summary>
internal sealed record PlannedDestruction(string Id, DateTimeOffset ScheduledAt, TimeSpan After);
