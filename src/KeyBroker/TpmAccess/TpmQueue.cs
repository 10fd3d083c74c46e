namespace KeyBroker.TpmAccess;

/// <summary>
/// Work that waits for the TPM: bounded, and whoever waits for an answer goes first. Housekeeping and long work are not
/// passed by for ever: once they are overdue one unit is taken, and then it is the turn of whoever waits for an answer.
/// In each lane callers have their turns.
/// </summary>
internal sealed class TpmQueue(int capacity, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan BulkPatience = TimeSpan.FromSeconds(1);

    /// <summary>Counts from the end of the last long unit: so long is the TPM there for others between two.</summary>
    public static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TpmLane _interactive = new(capacity);
    private readonly TpmLane _bulk = new(capacity / 4);
    private readonly TpmLane _long = new(Math.Max(1, capacity / 16));
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
            if (_closed || !LaneOf(priority).TryAdd(new TpmWork(work, priority, clock.GetTimestamp(), TpmCaller.Current)))
            {
                return false;
            }
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

    private TpmLane LaneOf(TpmPriority priority) => priority switch
    {
        TpmPriority.Interactive => _interactive,
        TpmPriority.Bulk => _bulk,
        _ => _long,
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

        var overdue = IsOverdue(_bulk, BulkPatience, null) ? _bulk.Take()
            : IsOverdue(_long, LongPatience, _longEnded) ? TakeLong()
            : null;
        _othersWereServed |= overdue is not null;
        return overdue;
    }

    private TpmWork? TakeInTurn()
    {
        if (_interactive.Take() is { } work)
        {
            _othersWereServed = false;
            return work;
        }

        _othersWereServed = true;
        return _bulk.Take() ?? TakeLong();
    }

    private TpmWork? TakeLong()
    {
        var work = _long.Take();
        _longIsRunning = work is { Task.IsCanceled: false }; // One whose caller left takes no time.
        return work;
    }

    private bool IsOverdue(TpmLane lane, TimeSpan patience, long? notBefore) =>
        lane.Oldest is { } oldest && clock.GetElapsedTime(Math.Max(oldest, notBefore ?? long.MinValue)) >= patience;
}
