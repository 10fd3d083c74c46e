namespace KeyBroker.TpmAccess;

/// <summary>
/// Work that waits for the TPM: bounded, and whoever waits for an answer goes first. Housekeeping and long work are not
/// passed by for ever: once they are overdue one unit is taken, and then it is the turn of whoever waits for an answer.
/// </summary>
internal sealed class TpmQueue(int capacity, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan BulkPatience = TimeSpan.FromSeconds(1);

    /// <summary>Counts from the end of the last long unit: so long is the TPM there for others between two.</summary>
    public static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<TpmWork> _interactive = new();
    private readonly Queue<TpmWork> _bulk = new();
    private readonly Queue<TpmWork> _long = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private bool _othersWereServed;
    private bool _longIsRunning;
    private long? _longEnded;
    private bool _closed;

    /// <summary>How much waits in a lane now.</summary>
    public int Waiting(TpmPriority priority)
    {
        lock (_lock)
        {
            return LaneOf(priority).Count;
        }
    }

    /// <summary>False where the queue is full or closed. Only whoever waits for an answer may fill it.</summary>
    public bool TryAdd(Task work, TpmPriority priority)
    {
        lock (_lock)
        {
            var lane = LaneOf(priority);
            if (_closed || lane.Count >= RoomOf(priority))
            {
                return false;
            }

            lane.Enqueue(new TpmWork(work, priority, clock.GetTimestamp()));
        }

        _waiting.Release();
        return true;
    }

    /// <summary>Waits for work; null once the queue is closed and empty. Whoever calls has done what it took before.</summary>
    public TpmWork? Take()
    {
        NoteEnd();
        _waiting.Wait();
        lock (_lock)
        {
            return TakeOverdue() ?? TakeInTurn();
        }
    }

    /// <summary>Whether there is work, or the end, before the time is over.</summary>
    public bool Wait(TimeSpan patience)
    {
        var came = _waiting.Wait(patience);
        if (came)
        {
            _waiting.Release();
        }

        return came;
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        _waiting.Release();
    }

    public void Dispose() => _waiting.Dispose();

    private Queue<TpmWork> LaneOf(TpmPriority priority) => priority switch
    {
        TpmPriority.Interactive => _interactive,
        TpmPriority.Bulk => _bulk,
        _ => _long,
    };

    private int RoomOf(TpmPriority priority) => priority switch
    {
        TpmPriority.Interactive => capacity,
        TpmPriority.Bulk => capacity / 4,
        _ => Math.Max(1, capacity / 16),
    };

    private void NoteEnd()
    {
        lock (_lock)
        {
            _longEnded = _longIsRunning ? clock.GetTimestamp() : _longEnded;
            _longIsRunning = false;
        }
    }

    private TpmWork? TakeOverdue()
    {
        if (_othersWereServed && _interactive.Count > 0)
        {
            return null;
        }

        var overdue = IsOverdue(_bulk, BulkPatience, null) ? _bulk.Dequeue()
            : IsOverdue(_long, LongPatience, _longEnded) ? TakeLong()
            : null;
        _othersWereServed |= overdue is not null;
        return overdue;
    }

    private TpmWork? TakeInTurn()
    {
        if (_interactive.TryDequeue(out var work))
        {
            _othersWereServed = false;
            return work;
        }

        _othersWereServed = true;
        return _bulk.TryDequeue(out work) ? work : TakeLong();
    }

    private TpmWork? TakeLong()
    {
        _longIsRunning = _long.TryDequeue(out var work);
        return work;
    }

    private bool IsOverdue(Queue<TpmWork> lane, TimeSpan patience, long? notBefore) =>
        lane.TryPeek(out var first)
        && clock.GetElapsedTime(Math.Max(first.Queued, notBefore ?? long.MinValue)) >= patience;
}
