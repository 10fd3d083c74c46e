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

    public required SinkFeed Feed { get; init; }

    public required RequiredSinks Required { get; init; }

    public required RollbackAcceptance Acceptance { get; init; }

    public static AuditParts Open(BrokerSettings settings, Database database, BrokerVault vault, TimeProvider clock)
    {
        var (log, tree, store) = (new AuditLog(database, clock), new AuditTree(database), new CheckpointStore(database, vault.Root.RowMac));
        var counter = new AuditCounter(vault.Worker, vault.AttestationKey, vault.Root, new TpmHandle(settings.Audit.CounterIndex));
        var maker = new CheckpointMaker(
            tree, store, new CheckpointSigner(counter, store), new CheckpointOrigin(settings.Issuer, vault.Hierarchy.Home), clock);
        var lines = new AuditLines(settings.Audit.HashIdentifiers ? new IdentifierHash(vault.Root) : null);
        var (sinks, cursors, feed) = (new AuditSinks(settings.Audit.Sinks, lines), new SinkCursors(database), new SinkFeed(log, store, maker));
        var acceptance = new RollbackAcceptance(settings.Audit.AcceptRollback, log, maker);
        return new AuditParts(log, tree, store, maker, new RollbackCheck(counter, store, tree, log, acceptance))
        {
            Lines = lines,
            Sinks = sinks,
            Cursors = cursors,
            Feed = feed,
            Required = new RequiredSinks(sinks.Required, feed, cursors),
            Acceptance = acceptance,
        };
    }

    /// <summary>What must be so before anything is served.</summary>
    /// <exception cref="StartupException">The database was put back, or a sink is not usable.</exception>
    public async Task StartAsync(Database database, ILogger logger)
    {
        try
        {
            await RollbackCheck.RunAsync(CancellationToken.None);
            RollbackCheck.WarnOfOthers(logger);
            var start = new SinkStart(Log, Checkpoints, Acceptance, logger);
            await Sinks.OpenOptionalAsync(start, Cursors);
            await Required.OpenAsync(start);
            database.Witness = Required.Any ? Required : null;
            await Acceptance.SpendAsync();
        }
        catch (AuditUnavailableException failure)
        {
            throw new StartupException($"see that the disk has room: {failure.Message}", failure);
        }
    }
}
