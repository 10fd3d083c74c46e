namespace KeyBroker.Hosting;

/// <summary>The requests that handlers work on now: what they use is closed only after the last of them ended.</summary>
internal sealed class RequestsUnderWay
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _closed;

    /// <summary>False once closed: the request gets no handler.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            _count += _closed ? 0 : 1;
            return !_closed;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _count--;
            EndIfEmpty();
        }
    }

    /// <summary>Lets no further request in, and waits for those that are in.</summary>
    /// <returns>How many are still under way when the patience ends.</returns>
    public async Task<int> CloseAsync(TimeSpan patience, TimeProvider clock)
    {
        lock (_lock)
        {
            _closed = true;
            EndIfEmpty();
        }

        try
        {
            await _ended.Task.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            // Whoever waits so long waits for something that will not answer any more.
        }

        lock (_lock)
        {
            return _count;
        }
    }

    private void EndIfEmpty()
    {
        if (_closed && _count == 0)
        {
            _ = _ended.TrySetResult();
        }
    }
}
