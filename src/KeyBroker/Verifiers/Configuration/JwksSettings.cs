namespace KeyBroker.Verifiers;

/// <summary>Where a verifier's keys are, and how long what was read there counts.</summary>
/// <param name="Url">Null where they are in a file.</param>
/// <param name="File">Null where they are behind a URL.</param>
internal sealed record JwksSettings(Uri? Url, string? File)
{
    /// <summary>How old they may be before they are looked for again.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>How old they may be where looking for them fails.</summary>
    public required TimeSpan Stale { get; init; }

    /// <summary>How seldom an unknown <c>kid</c> makes the broker look.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>How long one look may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
