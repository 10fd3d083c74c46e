using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>The log as sinks are given it, from where each is.</summary>
internal sealed class SinkFeed(AuditLog log, CheckpointStore checkpoints, CheckpointMaker maker)
{
    private const int PageSize = 256;

    /// <summary>What is committed and follows, a page of it.</summary>
    public SinkBatch Page(SinkCursor after)
    {
        var records = log.List(after.Sequence, PageSize);
        return Batch(after, records, checkpoints.After(after.Counter, PageSize));
    }

    /// <summary>What a transaction is about to commit.</summary>
    public SinkBatch Of(WriteTransaction transaction, SinkCursor after)
    {
        var records = transaction.Query<AuditRow>(
            "SELECT seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM audit WHERE seq > @Sequence ORDER BY seq", new { after.Sequence })
            .Select(row => row.ToEntry()).ToList();
        return Batch(after, records, CheckpointStore.After(transaction, after.Counter, PageSize)) with { Commit = after.Sequence + 1 };
    }

    private SinkBatch Batch(SinkCursor after, IReadOnlyList<AuditEntry> records, IReadOnlyList<CheckpointRow> signed)
    {
        var last = records.Count > 0 ? records[^1].Sequence : after.Sequence;

        // One over records that the sink does not have yet comes with those.
        return new SinkBatch(after, records, [.. signed.TakeWhile(row => row.Size <= last).Select(row => (row.Size, row.Counter, maker.Signed(row)))]);
    }
}
