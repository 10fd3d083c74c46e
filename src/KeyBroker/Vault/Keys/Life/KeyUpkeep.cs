namespace KeyBroker.Vault;

/// <summary>Which keys are due for a new version, by the age of the primary one or by how often it encrypted.</summary>
internal sealed class KeyUpkeep(KeyStore store, KeyUses uses, DestructionStore waits, TimeProvider clock)
{
    /// <summary>Each key once, however long nobody looked.</summary>
    public IReadOnlyList<DueRotation> Due() =>
    [
        .. store.NamesWithPeriod().Select(ByAge).Concat(uses.NamesUsedUp().Select(ByUse)).OfType<DueRotation>().DistinctBy(due => due.Name),
    ];

    /// <summary>What is left of the wait before a planned destruction of the whole; null where none is planned.</summary>
    public TimeSpan? LeftOf(VaultItem item) => item.Life.Destruction is { } planned ? waits.Left(planned.Id) : null;

    /// <summary>When the primary version is to be replaced by its age.</summary>
    public static DateTimeOffset? NextRotation(KeyRecord key) => key.Primary.ActiveSince + key.RotationPeriod;

    private DueRotation? ByAge(string name) => Due(name, "period", key => NextRotation(key) <= clock.GetUtcNow());

    private DueRotation? ByUse(string name) => Due(name, "uses", _ => true);

    private DueRotation? Due(string name, string reason, Func<KeyRecord, bool> isDue)
    {
        // Edited outside the broker, it is refused to everybody, and shown as such to administrators.
        try
        {
            return store.Find(name) is { } key && KeyLifeCycle.Allows(key, key.Primary, "rotate") && isDue(key)
                ? new DueRotation(name, key.PrimaryVersion, reason)
                : null;
        }
        catch (Storage.StoreIntegrityException)
        {
            return null;
        }
    }
}
