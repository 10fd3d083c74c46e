namespace KeyBroker.TpmAccess;

/// <summary>
/// Work of one kind that waits: each caller's in its order, and the callers in turn, so that whoever has much to do delays
/// others by one unit and not by all of it. One machine takes at most half of the room.
/// </summary>
internal sealed class TpmLane(int room)
{
    private readonly Dictionary<string, Queue<TpmWork>> _byCaller = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();
    private readonly int _share = Math.Max(1, room / 2);

    public int Count { get; private set; }

    /// <summary>When the work came that waits for longest; null where none waits.</summary>
    public long? Oldest => Count == 0 ? null : _byCaller.Values.Min(waiting => waiting.Peek().Queued);

    public bool TryAdd(TpmWork work)
    {
        var waiting = _byCaller.GetValueOrDefault(work.Caller);
        if (Count >= room || (work.Caller != TpmCaller.Broker && waiting?.Count >= _share))
        {
            return false;
        }

        if (waiting is null)
        {
            _byCaller[work.Caller] = waiting = new Queue<TpmWork>();
            _turns.Enqueue(work.Caller);
        }

        waiting.Enqueue(work);
        Count++;
        return true;
    }

    /// <summary>The next caller's first; null where none waits.</summary>
    public TpmWork? Take()
    {
        if (!_turns.TryDequeue(out var caller))
        {
            return null;
        }

        var waiting = _byCaller[caller];
        var work = waiting.Dequeue();
        Count--;
        if (waiting.Count > 0)
        {
            _turns.Enqueue(caller);
        }
        else
        {
            _byCaller.Remove(caller);
        }

        return work;
    }
}
