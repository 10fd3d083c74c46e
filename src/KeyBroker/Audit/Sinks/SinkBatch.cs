using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Audit;

/// <summary>What a sink is given at once: records, and each checkpoint behind the last record it is over, or as soon behind that as it came about.</summary>
/// <param name="After">Where the sink is.</param>
internal sealed record SinkBatch(SinkCursor After, IReadOnlyList<AuditEntry> Records, IReadOnlyList<(long Size, long Counter, SignedCheckpoint Signed)> Checkpoints)
{
    /// <summary>The first record of the commit that all of this is given ahead of; null of what is committed.</summary>
    public long? Commit { get; init; }

    public bool IsEmpty => Records.Count == 0 && Checkpoints.Count == 0;

    /// <summary>Where the sink is then.</summary>
    public SinkCursor End => new(
        Records.Count > 0 ? Records[^1].Sequence : After.Sequence, Checkpoints.Count > 0 ? Checkpoints[^1].Counter : After.Counter);

    public IEnumerable<SinkItem> Items()
    {
        var next = 0;
        foreach (var late in Ready(After.Sequence))
        {
            yield return late;
        }

        foreach (var record in Records)
        {
            yield return new SinkItem(record, null, record.Sequence);
            foreach (var checkpoint in Ready(record.Sequence))
            {
                yield return checkpoint;
            }
        }

        IEnumerable<SinkItem> Ready(long last)
        {
            for (; next < Checkpoints.Count && Checkpoints[next].Size <= last; next++)
            {
                yield return new SinkItem(null, Noted(Checkpoints[next], last), last);
            }
        }
    }

    private SignedCheckpoint Noted((long Size, long Counter, SignedCheckpoint Signed) checkpoint, long last) =>
        checkpoint.Signed with { Behind = checkpoint.Size < last ? last : null, Commit = Commit };
}
