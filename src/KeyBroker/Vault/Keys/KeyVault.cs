using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Keys: found, listed, made, rotated, changed, and checked once more when a result is about to leave.</summary>
internal sealed class KeyVault(KeyStore store, KeyMaker maker, Revisions revisions, DestructionStore destructions)
{
    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => store.Find(name);

    /// <summary>KEY-11. With its primary version, and the one that is named if there is such a one: all that most uses need.</summary>
    /// <param name="version">0 for no other.</param>
    /// <exception cref="StoreIntegrityException">A row of these was edited or exchanged.</exception>
    public KeyRecord? Find(string name, int version) => store.Find(name, version);

    /// <summary>Who made it; null where there is none.</summary>
    public string? CreatorOf(string name) => store.CreatorOf(name);

    /// <summary>As it is in a transaction.</summary>
    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(WriteTransaction transaction, string name) => store.Find(transaction, name);

    public IReadOnlyList<Listed<KeyRecord>> List(string? after, int limit) => store.List(after, limit);

    /// <summary>Makes a key's first version; the key exists once the commit ran.</summary>
    /// <exception cref="DeniedException">operation-unsupported, exists.</exception>
    public Task<Prepared<KeyRecord>> PrepareAsync(KeySpec spec, CancellationToken cancellation) =>
        maker.CreateAsync(spec, cancellation);

    /// <summary>Makes the next version; it is the primary one once the commit ran.</summary>
    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public Task<Prepared<KeyRecord>> PrepareRotationAsync(string name, CancellationToken cancellation) =>
        PrepareRotationAsync(name, new Rotation(), cancellation);

    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public Task<Prepared<KeyRecord>> PrepareRotationAsync(string name, Rotation wanted, CancellationToken cancellation) =>
        maker.RotateAsync(name, wanted, cancellation);

    /// <summary>Reads, changes and writes a key in one transaction.</summary>
    /// <exception cref="DeniedException">not-found, and what <paramref name="change"/> refuses with.</exception>
    public KeyRecord Change(WriteTransaction transaction, string name, Func<KeyRecord, KeyRecord> change)
    {
        var key = store.Find(transaction, name) ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        var changed = store.Update(transaction, key, change(key));
        destructions.Follow(transaction, key, changed);
        return changed;
    }

    /// <summary>
    /// LIF-20. In the transaction that records a use: the versions that made the result still admit it, or were only replaced since. What
    /// somebody decided and was acknowledged before is seen here, whenever the use began.
    /// </summary>
    /// <param name="used">The key as it was when the use began.</param>
    /// <param name="uses">Which versions the result rests on, and the verb that each has to admit.</param>
    /// <exception cref="KeySupersededException">LIF-21. Refused, and another version is the primary one by now.</exception>
    /// <exception cref="DeniedException">key-state, destroyed, not-found.</exception>
    public void RequireStill(WriteTransaction transaction, KeyRecord used, IReadOnlyList<(int Version, string Verb)> uses)
    {
        if (revisions.IsCurrent(used))
        {
            return;
        }

        var key = FindFor(transaction, used, uses) is { } found && found.Id == used.Id
            ? found
            : throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        try
        {
            RequireStill(key, uses);
        }
        catch (DeniedException refused) when (key.PrimaryVersion != used.PrimaryVersion)
        {
            throw new KeySupersededException(refused);
        }

        revisions.Set(key);
    }

    private static void RequireStill(KeyRecord key, IEnumerable<(int Version, string Verb)> uses)
    {
        foreach (var (number, verb) in uses)
        {
            var version = key.Version(number)!;
            if (!KeyLifeCycle.WasOnlyReplaced(key, version, verb))
            {
                KeyLifeCycle.Check(key, version, verb);
            }
        }
    }

    // With one version beside the primary one at most, no other has to be read.
    private KeyRecord? FindFor(WriteTransaction transaction, KeyRecord used, IReadOnlyList<(int Version, string Verb)> uses) =>
        uses.Select(use => use.Version).Distinct().ToList() is { Count: <= 1 } numbers
            ? store.Find(transaction, used.Name, numbers.FirstOrDefault())
            : store.Find(transaction, used.Name);
}
