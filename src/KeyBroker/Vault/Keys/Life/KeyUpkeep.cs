namespace KeyBroker.Vault;

/// <summary>Which keys are due for a new version, by the age of the primary one or by how often it encrypted.</summary>
internal sealed class KeyUpkeep(KeyStore store, KeyUses uses, DestructionStore waits, TimeProvider clock)
{
    /// <summary>Each key once, however long nobody looked.</summary>
    public IReadOnlyList<DueRotation> Due() => [.. Candidates().Select(Due).OfType<DueRotation>()];

    /// <summary>Keys that may be due, each once, to be asked about one by one: what is wrong with one stays its own.</summary>
    public IReadOnlyList<RotationCandidate> Candidates()
    {
        var usedUp = uses.NamesUsedUp().ToHashSet(StringComparer.Ordinal);
        return [.. store.NamesWithPeriod().Union(usedUp, StringComparer.Ordinal).Select(name => new RotationCandidate(name, usedUp.Contains(name)))];
    }

    /// <summary>LIF-9. Null where nothing is due, as of a key whose primary version somebody ended: it stays ended.</summary>
    public DueRotation? Due(RotationCandidate candidate)
    {
        // Edited outside the broker, it is refused to everybody, and shown as such to administrators.
        try
        {
            return store.Find(candidate.Name, version: 0) is { } key && DueRotation.Admits(key) && ReasonFor(key, candidate) is { } reason
                ? new DueRotation(key.Name, key.PrimaryVersion, reason)
                : null;
        }
        catch (Storage.StoreIntegrityException)
        {
            return null;
        }
    }

    /// <summary>What is left of the wait before a planned destruction of the whole; null where none is planned.</summary>
    public TimeSpan? LeftOf(VaultItem item) => item.Life.Destruction is { } planned ? waits.Left(planned.Id) : null;

    /// <summary>When the primary version is to be replaced by its age; null for never, as where the calendar ends before.</summary>
    public static DateTimeOffset? NextRotation(KeyRecord key) =>
        key.RotationPeriod is { } period && period <= DateTimeOffset.MaxValue - key.Primary.ActiveSince
            ? key.Primary.ActiveSince + period
            : null;

    private string? ReasonFor(KeyRecord key, RotationCandidate candidate) =>
        NextRotation(key) <= clock.GetUtcNow() ? "period" : candidate.IsUsedUp ? "uses" : null;
}
