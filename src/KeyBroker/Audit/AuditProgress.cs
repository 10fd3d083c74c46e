using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>How far checkpoints and sinks are behind the log; 0 while the database cannot be asked, which has a metric of its own.</summary>
internal sealed class AuditProgress(AuditTree tree, CheckpointMaker maker, SinkCursors cursors)
{
    public long Uncovered => Asked(() => maker.Uncovered);

    public long Behind(string sink) => Asked(() => tree.Head().Size - cursors.Of(sink).Sequence);

    private static long Asked(Func<long> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreIntegrityException)
        {
            return 0;
        }
    }
}
