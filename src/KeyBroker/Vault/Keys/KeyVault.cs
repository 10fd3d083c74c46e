using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Keys: found, listed, made and rotated.</summary>
internal sealed class KeyVault(KeyStore store, KeyMaker maker)
{
    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => store.Find(name);

    public IReadOnlyList<Listed<KeyRecord>> List(string? after, int limit) => store.List(after, limit);

    /// <summary>Makes a key's first version; the key exists once the commit ran.</summary>
    /// <exception cref="DeniedException">operation-unsupported, exists.</exception>
    public Task<Prepared<KeyRecord>> PrepareAsync(KeySpec spec, CancellationToken cancellation) =>
        maker.CreateAsync(spec, cancellation);

    /// <summary>Makes the next version; it is the primary one once the commit ran.</summary>
    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public Task<Prepared<KeyRecord>> PrepareRotationAsync(string name, CancellationToken cancellation) =>
        maker.RotateAsync(name, cancellation);
}
