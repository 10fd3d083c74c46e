using KeyBroker.Configuration;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.Audit;

/// <summary>The log and what makes it provable, opened before anything is served.</summary>
internal sealed record AuditParts(AuditLog Log, AuditTree Tree, CheckpointStore Checkpoints, CheckpointMaker Maker, RollbackCheck RollbackCheck)
{
    public required AuditLines Lines { get; init; }

    public required AuditSinks Sinks { get; init; }

    public required SinkCursors Cursors { get; init; }

    public required RequiredSinks Required { get; init; }

    public static AuditParts Open(BrokerSettings settings, Database database, BrokerVault vault, TimeProvider clock)
    {
        var (log, tree, store) = (new AuditLog(database, clock), new AuditTree(database), new CheckpointStore(database, vault.Root.RowMac));
        var counter = new AuditCounter(vault.Worker, vault.AttestationKey, vault.Root, new TpmHandle(settings.Audit.CounterIndex));
        var maker = new CheckpointMaker(
            tree, store, new CheckpointSigner(counter, store), new CheckpointOrigin(settings.Issuer, vault.Hierarchy.Home), clock);
        var lines = new AuditLines(settings.Audit.HashIdentifiers ? new IdentifierHash(vault.Root) : null);
        var (sinks, cursors) = (new AuditSinks(settings.Audit.Sinks, lines), new SinkCursors(database));
        return new AuditParts(log, tree, store, maker, new RollbackCheck(counter, store, tree, log, settings.Audit.AcceptRollback))
        {
            Lines = lines,
            Sinks = sinks,
            Cursors = cursors,
            Required = new RequiredSinks(sinks.Required, log, cursors),
        };
    }

    /// <summary>What must be so before anything is served.</summary>
    /// <exception cref="StartupException">The database was put back, or a sink is not usable.</exception>
    public async Task StartAsync(Database database)
    {
        await RollbackCheck.RunAsync(CancellationToken.None);
        await Sinks.OpenOptionalAsync(Log, Cursors);
        await Required.OpenAsync();
        database.Witness = Required.Any ? Required : null;
    }
}
