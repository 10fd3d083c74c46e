namespace KeyBroker.Vault;

/// <summary>A key that may be due for a new version.</summary>
/// <param name="IsUsedUp">Its primary version encrypted as often as it was to.</param>
internal sealed record RotationCandidate(string Name, bool IsUsedUp);
