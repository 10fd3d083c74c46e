namespace KeyBroker.Vault;

/// <summary>How a version came to its state; kept as JSON under the row's MAC.</summary>
internal sealed record VersionLife
{
    /// <summary>The state before a suspension or a planned destruction: no detour makes a version better than it was.</summary>
    public string? ResumesTo { get; init; }

    /// <summary>Null where it was active from its creation on, or never.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    public Revocation? Revocation { get; init; }

    public PlannedDestruction? Destruction { get; init; }

    public DateTimeOffset? DestroyedAt { get; init; }
}
