using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>
/// The roll-back that an administrator goes on with, named by the value that the counter has at this start. Before anything is
/// served the counter is beyond that value, so a setting that is left behind accepts nothing more.
/// </summary>
internal sealed class RollbackAcceptance(long? named, AuditLog log, CheckpointMaker maker)
{
    /// <summary>The highest value that the TPM or the database has.</summary>
    public long Reached { get; private set; }

    public void Reach(long value) => Reached = Math.Max(Reached, value);

    /// <summary>Nothing is accepted before it is there to be accepted.</summary>
    /// <exception cref="StartupException">The value named is one that the counter has yet to reach.</exception>
    public void RefuseFuture()
    {
        if (named > Reached)
        {
            throw new StartupException(
                $"take KeyBroker:Audit:AcceptRollback={named} out of the settings: the audit counter is at {Reached}, and only what a start has found can be accepted");
        }
    }

    /// <summary>Records that somebody accepts it.</summary>
    /// <param name="found">What was found, as the record has it.</param>
    /// <param name="refusal">What stops the start otherwise, up to what may be done about it.</param>
    /// <exception cref="StartupException">Nobody does.</exception>
    public Task AcceptAsync(string found, string refusal) => named == Reached
        ? RecordAsync("audit.rollback-accepted", found)
        : throw new StartupException($"{refusal}, once, with KeyBroker:Audit:AcceptRollback={Reached}");

    /// <summary>Brings the counter beyond the value named, also where a start that accepted it was cut off before it did.</summary>
    public async Task SpendAsync()
    {
        if (named == Reached && !await IsBeyondAsync())
        {
            await RecordAsync("audit.rollback-unneeded", $"counter {named}, nothing to accept");
            _ = await maker.MakeAsync(CancellationToken.None);
        }
    }

    private async Task<bool> IsBeyondAsync() =>
        await maker.MakeAsync(CancellationToken.None) is { } newest && CheckpointBody.Parse(newest.Text).Counter > named;

    private Task<long> RecordAsync(string operation, string found) => log.AppendAsync(
        new AuditEvent { Operation = operation, Outcome = AuditEvent.Done, Resource = "audit/counter", Reasons = [found], Peer = "broker" },
        CancellationToken.None);
}
