using Dapper;
using KeyBroker.Configuration;
using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>
/// The sinks without which nothing happens: the writer gives them the records of a group before it commits the group, so no
/// answer leaves, and no effect is there, that such a sink has no record of.
/// </summary>
internal sealed class RequiredSinks(IReadOnlyList<IAuditSink> sinks, AuditLog log, SinkCursors cursors) : ICommitWitness
{
    private const int PageSize = 256;
    private readonly List<IAuditSink> _given = [];
    private long _delivered;
    private long _pending;

    /// <summary>Why the last delivery failed; null where it did not.</summary>
    public string? Fault { get; private set; }

    public bool Any => sinks.Count > 0;

    /// <summary>Brings every sink to where the log is.</summary>
    /// <exception cref="StartupException">One cannot be used.</exception>
    public async Task OpenAsync()
    {
        foreach (var sink in sinks)
        {
            _delivered = Math.Max(_delivered, await CatchUpAsync(sink));
        }
    }

    public void BeforeCommit(WriteTransaction transaction)
    {
        _pending = 0; // Of a group that was not committed nothing is left.
        Guarded(TakeBack);
        var entries = transaction.Query<AuditRow>(
            "SELECT seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM audit WHERE seq > @_delivered ORDER BY seq", new { _delivered })
            .Select(row => row.ToEntry()).AsList();
        if (entries.Count == 0)
        {
            return;
        }

        (_pending, Fault) = (entries[^1].Sequence, null);
        foreach (var sink in sinks)
        {
            Guarded(() => sink.Deliver(entries));
            _given.Add(sink);
            SinkCursors.Save(transaction, sink.Name, _pending);
        }
    }

    public void Committed()
    {
        _delivered = Math.Max(_delivered, _pending);
        _given.Clear();
    }

    public void NotCommitted()
    {
        _pending = 0;
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
                sinks.AsList().ForEach(sink => sink.Probe());
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

    private async Task<long> CatchUpAsync(IAuditSink sink)
    {
        var last = sink.Open(log, cursors.Of(sink.Name));
        try
        {
            for (var page = log.List(last, PageSize); page.Count > 0; page = log.List(last, PageSize))
            {
                sink.Deliver(page);
                last = page[^1].Sequence;
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
