using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>What a sink compares itself with before anything is served, and what happens with what it has beyond that.</summary>
internal sealed partial class SinkStart(AuditLog log, CheckpointStore checkpoints, RollbackAcceptance acceptance, ILogger logger)
{
    public bool HasRecord(long sequence, byte[] hash) => sequence == 0
        ? hash.AsSpan().SequenceEqual(AuditChain.Origin)
        : log.List(sequence - 1, 1) is [var stored] && stored.Sequence == sequence && stored.Hash.AsSpan().SequenceEqual(hash);

    public bool HasCheckpoint(CheckpointBody body) => checkpoints.Has(body);

    /// <summary>Keeps what the database does not have, and records it; only then may the sink let go of it.</summary>
    /// <exception cref="StartupException">It is more than one commit, so somebody put an older database back, and nobody accepted that.</exception>
    public async Task SetAsideAsync(string sink, FileSurplus surplus)
    {
        if (!surplus.IsOneCommit)
        {
            await acceptance.AcceptAsync(
                $"{surplus.Path} has {surplus.Text} beyond this database",
                $"{surplus.Path} has {surplus.Text}, and this database does not, though they were committed: this is an older database, or a backup; put the newest one back, or accept what is lost");
        }

        var kept = surplus.Save();
        await log.AppendAsync(
            new AuditEvent
            {
                Operation = "audit.set-aside",
                Outcome = AuditEvent.Done,
                Resource = $"audit/sinks/{sink}",
                Reasons = [$"{surplus.Text}, kept in {kept}"],
                Peer = "broker",
            },
            CancellationToken.None);
        SetAside(sink, surplus.Text, kept);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the audit sink {Sink} had {Surplus}, and the database does not: a commit was cut off, or an older database was put back; see {Kept}")]
    private partial void SetAside(string sink, string surplus, string kept);
}
