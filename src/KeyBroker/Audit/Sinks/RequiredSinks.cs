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
        var entries = transaction.Query<AuditRow>(
            "SELECT seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM audit WHERE seq > @_delivered ORDER BY seq", new { _delivered })
            .Select(row => row.ToEntry()).AsList();
        if (entries.Count == 0)
        {
            return;
        }

        _pending = entries[^1].Sequence;
        foreach (var sink in sinks)
        {
            Deliver(sink, entries);
            SinkCursors.Save(transaction, sink.Name, _pending);
        }

        Fault = null;
    }

    public void Committed() => (_delivered, _pending) = (Math.Max(_delivered, _pending), 0);

    public void NotCommitted()
    {
        if (_pending == 0)
        {
            return;
        }

        _pending = 0;
        foreach (var sink in sinks)
        {
            try
            {
                sink.TakeBack();
            }
            catch (SinkException failure)
            {
                Fault = failure.Message; // The start that follows settles it.
            }
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

    private void Deliver(IAuditSink sink, IReadOnlyList<AuditEntry> entries)
    {
        try
        {
            sink.Deliver(entries);
        }
        catch (SinkException failure)
        {
            Fault = failure.Message;
            SinkInstruments.Failed(sink.Name);
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
