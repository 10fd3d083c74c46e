namespace KeyBroker.Vault;

/// <summary>Why and when a version was revoked.</summary>
/// <param name="CompromisedSince">From when on the key may have been in other hands, where that is known.</param>
internal sealed record Revocation(string Reason, DateTimeOffset At, DateTimeOffset? CompromisedSince);
