using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Keys: found, listed, made, rotated, changed, and checked once more when a result is about to leave.</summary>
internal sealed class KeyVault(KeyStore store, KeyMaker maker, Revisions revisions, DestructionStore destructions)
{
    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => store.Find(name);

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
    /// LIF-20. In the transaction that records a use: the versions that made the result still admit it. A revocation that was
    /// acknowledged before is seen here, whenever the use began.
    /// </summary>
    /// <param name="used">The key as it was when the use began.</param>
    /// <param name="uses">Which versions the result rests on, and the verb that each has to admit.</param>
    /// <exception cref="KeySupersededException">LIF-21. Refused, and another version is the primary one by now.</exception>
    /// <exception cref="DeniedException">key-state, destroyed, not-found.</exception>
    public void RequireStill(WriteTransaction transaction, KeyRecord used, IEnumerable<(int Version, string Verb)> uses)
    {
        if (revisions.IsCurrent(used))
        {
            return;
        }

        var key = store.Find(transaction, used.Name) is { } found && found.Id == used.Id
            ? found
            : throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        try
        {
            foreach (var (number, verb) in uses)
            {
                KeyLifeCycle.Check(key, key.Version(number)!, verb);
            }
        }
        catch (DeniedException refused) when (key.PrimaryVersion != used.PrimaryVersion)
        {
            throw new KeySupersededException(refused);
        }

        revisions.Set(key);
    }
}
