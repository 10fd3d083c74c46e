namespace KeyBroker.Vault;

/// <summary>What administrators settled about a key or a secret as a whole; kept as JSON under the row's MAC.</summary>
internal sealed record ItemLife
{
    /// <summary>Deactivated versions below this one decrypt, verify and give nothing; 0 for no such bound.</summary>
    public int MinDecryptVersion { get; init; }

    /// <summary>Never taken back.</summary>
    public bool DeletionProtection { get; init; }

    public LegalHold? Hold { get; init; }

    /// <summary>Of keys: after so many encryptions a version is replaced; null for the most that is safe.</summary>
    public long? RotationUses { get; init; }

    public PlannedDestruction? Destruction { get; init; }

    public DateTimeOffset? DestroyedAt { get; init; }
}
