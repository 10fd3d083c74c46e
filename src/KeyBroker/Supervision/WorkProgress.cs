namespace KeyBroker.Supervision;

/// <summary>What a thread that works off a queue shows of itself: whether it has work, and whether it gets on with it.</summary>
internal sealed class WorkProgress
{
    private long _begun;
    private long _ended;

    public void Begin() => Interlocked.Increment(ref _begun);

    public void End() => Interlocked.Increment(ref _ended);

    /// <summary>Whether it is still at the very piece of work that it was at when last asked; the mark is the asker's.</summary>
    public bool IsStuckSince(ref long mark)
    {
        var ended = Interlocked.Read(ref _ended);
        var begun = Interlocked.Read(ref _begun);
        var now = begun > ended ? begun : 0;
        var stuck = now != 0 && now == mark;
        mark = now;
        return stuck;
    }
}
