namespace KeyBroker.Vault;

/// <summary>How a version came to its state; kept as JSON under the row's MAC.</summary>
internal sealed record VersionLife
{
    /// <summary>The state before a suspension or a planned destruction: no detour makes a version better than it was.</summary>
    public string? ResumesTo { get; init; }

    /// <summary>Null where it was active from its creation on, or never.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    /// <summary>The version that took its place, where that is all that ended it; null where an administrator did.</summary>
    public int? ReplacedBy { get; init; }

    public Revocation? Revocation { get; init; }

    public PlannedDestruction? Destruction { get; init; }

    public DateTimeOffset? DestroyedAt { get; init; }
}
