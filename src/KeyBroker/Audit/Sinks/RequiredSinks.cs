using KeyBroker.Configuration;
using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>
/// The sinks without which nothing happens: the writer gives them the records of a group before it commits the group, so no
/// answer leaves, and no effect is there, that such a sink has no record of.
/// </summary>
internal sealed class RequiredSinks(IReadOnlyList<IAuditSink> sinks, SinkFeed feed, SinkCursors cursors) : ICommitWitness
{
    private readonly List<IAuditSink> _given = [];
    private SinkCursor _delivered;
    private SinkCursor _pending;

    /// <summary>Why the last delivery failed; null where it did not.</summary>
    public string? Fault { get; private set; }

    public bool Any => sinks.Count > 0;

    /// <summary>Brings every sink to where the log is.</summary>
    /// <exception cref="StartupException">One cannot be used.</exception>
    public async Task OpenAsync(SinkStart start)
    {
        // First all are looked at, since what one of them has beyond the database makes a record.
        var places = new List<SinkCursor>();
        foreach (var sink in sinks)
        {
            places.Add(await sink.OpenAsync(start, cursors.Of(sink.Name)));
        }

        foreach (var (sink, place) in sinks.Zip(places))
        {
            _pending = _delivered = await CatchUpAsync(sink, place);
        }
    }

    public void BeforeCommit(WriteTransaction transaction)
    {
        _pending = _delivered; // Of a group that was not committed nothing is left.
        Guarded(TakeBack);
        var batch = feed.Of(transaction, _delivered);
        if (batch.IsEmpty)
        {
            return;
        }

        (_pending, Fault) = (batch.End, null);
        foreach (var sink in sinks)
        {
            Guarded(() => sink.Deliver(batch));
            _given.Add(sink);
            SinkCursors.Save(transaction, sink.Name, _pending);
        }
    }

    public void Committed()
    {
        _delivered = _pending;
        _given.Clear();
    }

    public void NotCommitted()
    {
        _pending = _delivered;
        try
        {
            TakeBack();
        }
        catch (SinkException failure)
        {
            Fault = failure.Message; // It is tried again before anything else is given, or settled by the next start.
        }
    }

    /// <summary>Whether a record would be taken now, where the last was not.</summary>
    public bool AreUsable()
    {
        try
        {
            if (Fault is not null)
            {
                sinks.ToList().ForEach(sink => sink.Probe());
            }

            return true;
        }
        catch (SinkException)
        {
            return false;
        }
    }

    private void TakeBack()
    {
        for (; _given.Count > 0; _given.RemoveAt(_given.Count - 1))
        {
            _given[^1].TakeBack();
        }
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (SinkException failure)
        {
            Fault = failure.Message;
            SinkInstruments.Failed(failure.Sink);
            throw new StoreUnavailableException(failure.Message, failure);
        }
    }

    private async Task<SinkCursor> CatchUpAsync(IAuditSink sink, SinkCursor last)
    {
        try
        {
            for (var page = feed.Page(last); !page.IsEmpty; page = feed.Page(last))
            {
                sink.Deliver(page);
                last = page.End;
            }
        }
        catch (SinkException failure)
        {
            throw new StartupException($"bring it back, or take it out of KeyBroker:Audit:Sinks: {failure.Message}", failure);
        }

        await cursors.SaveAsync(sink.Name, last, CancellationToken.None);
        return last;
    }
}
