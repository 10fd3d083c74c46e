namespace KeyBroker.Vault;

/// <summary>Stops destruction, and nothing else, until it is lifted.</summary>
internal sealed record LegalHold(DateTimeOffset Since, string? Reason);
