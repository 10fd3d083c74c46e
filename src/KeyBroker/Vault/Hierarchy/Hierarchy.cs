using System.Security.Cryptography;

using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>The key hierarchy, open: made at the first start, found again, unchanged, at every later one.</summary>
internal sealed class Hierarchy : IDisposable
{
    private Hierarchy(TpmWorker worker, HierarchyRecord record, RootKeys root)
    {
        Root = root;
        Storage = StorageOf(record);
        Home = record.SrkPublic.Name.ToString();
        (StorageRootArea, FleetAuthorityArea) = (record.SrkPublic, record.Authority);
        AttestationKey = new BrokerAttestationKey(worker, record.AttestationKeyName);
    }

    public RootKeys Root { get; }

    public StorageKeys Storage { get; }

    /// <summary>The name of the storage root key, hex: the home of local keys.</summary>
    public string Home { get; }

    public BrokerAttestationKey AttestationKey { get; }

    /// <summary>The storage root key's public area.</summary>
    public TpmPublic StorageRootArea { get; }

    /// <summary>The public area of the key whose signature lets the fleet storage key move.</summary>
    public TpmPublic FleetAuthorityArea { get; }

    /// <exception cref="TpmIdentityChangedException">Another TPM than at the first start; nothing was changed.</exception>
    /// <exception cref="StoreIntegrityException">The hierarchy in the store was edited.</exception>
    public static async Task<Hierarchy> OpenAsync(
        TpmWorker worker, Database database, CancellationToken cancellation = default)
    {
        var store = new HierarchyStore(database);
        await worker.RunAsync(SelfTest, cancellation);
        var hierarchy = store.Load() is { } stored
            ? await ReopenAsync(worker, stored.Record, stored.Mac, cancellation)
            : await MakeAsync(worker, store, cancellation);
        await hierarchy.AttestationKey.CheckAsync(cancellation);
        return hierarchy;
    }

    public void Dispose() => Root.Dispose();

    private static async Task<Hierarchy> ReopenAsync(
        TpmWorker worker, HierarchyRecord record, byte[] mac, CancellationToken cancellation)
    {
        worker.Pin(record.Srk);
        var root = new RootKeys(await worker.RunAsync(
            scope => scope.Unseal(new StoredKey(record.Root, StorageOf(record).Fleet), []), cancellation));
        record.Check(root.RowMac, mac);
        FleetAuthority.Open(root, record.AuthorityPrivate, record.Authority).Dispose();
        return new Hierarchy(worker, record, root);
    }

    /// <summary>
    /// Only the storage root key outlives a crash in here, and the next attempt adopts it: all else is saved at once.
    /// </summary>
    private static async Task<Hierarchy> MakeAsync(
        TpmWorker worker, HierarchyStore store, CancellationToken cancellation)
    {
        var srk = await worker.RunAsync(StorageRoot.FindOrMake, cancellation);
        worker.Pin(srk);
        using var authority = FleetAuthority.Generate();
        var (local, fleet) = await worker.RunAsync(
            scope => (
                scope.Create(null, new NewObject(VaultTemplates.LocalStorage)),
                scope.Create(null, new NewObject(VaultTemplates.FleetStorage(authority.Area.Name)))),
            cancellation);
        var bytes = await worker.RunAsync(NewRoot, cancellation);
        var sealedRoot = await worker.RunAsync(
            scope => scope.Create(
                new StoredKey(fleet, null),
                new NewObject(VaultTemplates.SealedData(Residence.Fleet)) { Data = bytes.Span.ToArray() }),
            cancellation);
        var root = new RootKeys(bytes);
        var record = new HierarchyRecord
        {
            SrkHandle = srk.Handle,
            SrkPublic = srk.Area,
            Local = local,
            Fleet = fleet,
            Root = sealedRoot,
            Authority = authority.Area,
            AuthorityPrivate = authority.Encrypt(root),
            AttestationKeyName = await worker.RunAsync(BrokerAttestationKey.NameIn, cancellation),
        };
        await store.SaveAsync(record, record.Mac(root.RowMac), cancellation);
        return new Hierarchy(worker, record, root);
    }

    private static bool SelfTest(TpmSessionScope scope)
    {
        scope.SelfTest();
        return true;
    }

    /// <summary>Neither a bad TPM generator nor a bad system one alone makes the root guessable.</summary>
    private static SecretBytes NewRoot(TpmSessionScope scope)
    {
        using var system = SecretBytes.Random(RootKeys.RootLength);
        byte[] both = [.. scope.Random(RootKeys.RootLength), .. system.Span];
        try
        {
            return SecretBytes.Take(SHA256.HashData(both));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(both);
        }
    }

    private static StorageKeys StorageOf(HierarchyRecord record) =>
        new(new StoredKey(record.Local, null), new StoredKey(record.Fleet, null));
}
