using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Everything that needs the TPM, opened in the order of start-up and closed in the reverse one.</summary>
internal sealed class BrokerVault : IDisposable
{
    private readonly EmbeddedTpm? _embedded;
    private readonly OpenKeys _open;

    private BrokerVault(
        EmbeddedTpm? embedded, TpmWorker worker, Hierarchy hierarchy, Database database, TimeProvider clock,
        VaultOptions options)
    {
        _embedded = embedded;
        _open = new OpenKeys(clock, options.OpenKeyIdleTime);
        (Worker, Hierarchy) = (worker, hierarchy);
        var intents = new Intents(database, clock);
        var tpm = new TpmKeys(worker, hierarchy.Storage, hierarchy.Root, hierarchy.Home);
        var revisions = new Revisions();
        var keys = new KeyStore(database, hierarchy.Root.RowMac, revisions);
        var secrets = new SecretStore(database, hierarchy.Root.RowMac, revisions);
        var waits = new DestructionStore(database, hierarchy.Root.RowMac);
        Reconciler = new Reconciler(intents);
        Sealer = new Sealer(worker, hierarchy.Storage, hierarchy.Root);
        Keys = new KeyVault(keys, new KeyMaker(keys, tpm, intents, clock), revisions, waits);
        Uses = new KeyUses(database, hierarchy.Root.RowMac);
        Upkeep = new KeyUpkeep(keys, Uses, waits, clock);
        Destructions = new Destructions(waits, new VaultItems(keys, secrets), worker, clock, options.Logging.CreateLogger<Destructions>());
        Erasure = new Erasure(_open, tpm, database);
        var (opened, ready) = (new SealedKeys(_open, tpm, Uses), new ReadyKeys());
        EndorsementKey = new BrokerEndorsementKey(worker);
        Attester = new KeyAttester(tpm, hierarchy, EndorsementKey);
        (Signatures, Macs, Ciphers) = (new Signatures(tpm, opened, ready), new Macs(tpm, opened), new Ciphers(new CipherBodies(tpm, opened, ready)));
        (Agreements, Exports, Randomness) = (new Agreements(tpm, opened), new Exports(opened), new Randomness(worker));
        Secrets = new SecretVault(secrets, new SecretMaker(secrets, Sealer, intents, clock), Sealer, revisions, waits);
    }

    public TpmWorker Worker { get; }

    /// <summary>The state of the embedded TPM; null where the TPM is another.</summary>
    public string? EmbeddedTpmFolder => _embedded?.StateFolder;

    public Hierarchy Hierarchy { get; }

    public RootKeys Root => Hierarchy.Root;

    public BrokerAttestationKey AttestationKey => Hierarchy.AttestationKey;

    public BrokerEndorsementKey EndorsementKey { get; }

    public Sealer Sealer { get; }

    public KeyVault Keys { get; }

    public KeyUses Uses { get; }

    public KeyUpkeep Upkeep { get; }

    public Destructions Destructions { get; }

    public Erasure Erasure { get; }

    public Signatures Signatures { get; }

    public Macs Macs { get; }

    public Ciphers Ciphers { get; }

    public KeyAttester Attester { get; }

    public Agreements Agreements { get; }

    public Exports Exports { get; }

    public Randomness Randomness { get; }

    public SecretVault Secrets { get; }

    public Reconciler Reconciler { get; }

    /// <summary>How many sealed keys are open.</summary>
    public int OpenKeyCount => _open.Count;

    /// <summary>Opens the TPM, finds or makes the hierarchy, and settles what a killed broker left half made.</summary>
    /// <exception cref="TpmUnavailableException">No TPM there, or another than before.</exception>
    /// <exception cref="StoreIntegrityException">The hierarchy in the store was edited.</exception>
    /// <exception cref="FormatException">KeyBroker:Tpm names no TPM.</exception>
    public static async Task<BrokerVault> OpenAsync(
        VaultOptions options, Database database, TimeProvider clock, CancellationToken cancellation = default)
    {
        var embedded = options.Tpm == VaultOptions.Embedded
            ? new EmbeddedTpm(options.StateDirectory, clock, options.Patience, options.Logging.CreateLogger<EmbeddedTpm>())
            : null;
        Func<ITpmTransport> connect = embedded is null
            ? () => TpmConnection.Open(options.Tpm, clock, options.Patience)
            : embedded.Connect;
        var vault = await OpenAsync(connect, embedded, options, database, clock, cancellation);
        await vault.Reconciler.RunAsync(cancellation);
        return vault;
    }

    /// <summary>Whether the TPM answers now, or is at work that is known to be long.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            return Worker.Current is { Kind: TpmPriority.Long } || await Worker.RunAsync(scope => scope.Random(1).Length == 1, cancellation, TpmPriority.Bulk);
        }
        catch (Exception failure) when (failure is TpmUnavailableException or TpmException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _open.Dispose();
        Worker.Dispose();
        Hierarchy.Dispose();
        _embedded?.Dispose();
    }

    /// <summary>Opens the vault over any transport.</summary>
    internal static async Task<BrokerVault> OpenAsync(
        Func<ITpmTransport> connect, EmbeddedTpm? embedded, VaultOptions options, Database database,
        TimeProvider clock, CancellationToken cancellation = default)
    {
        var worker = new TpmWorker(connect, clock, options.QueueCapacity)
        {
            ShutDownAtEnd = embedded is not null,
            Log = options.Logging.CreateLogger<TpmWorker>(),
        };
        embedded?.Ended = worker.Revive;
        Hierarchy? hierarchy = null;
        try
        {
            hierarchy = await Hierarchy.OpenAsync(worker, database, cancellation);
            return new BrokerVault(embedded, worker, hierarchy, database, clock, options);
        }
        finally
        {
            if (hierarchy is null)
            {
                worker.Dispose();
                embedded?.Dispose();
            }
        }
    }
}
