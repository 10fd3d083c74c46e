namespace KeyBroker.TpmAccess;

/// <summary>Work that waits for the TPM: bounded, and whoever waits for an answer goes before housekeeping.</summary>
internal sealed class TpmQueue(int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<Task> _interactive = new();
    private readonly Queue<Task> _bulk = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private bool _closed;

    /// <summary>False where the queue is full or closed. Housekeeping may take a quarter of it.</summary>
    public bool TryAdd(Task work, TpmPriority priority)
    {
        lock (_lock)
        {
            var lane = priority == TpmPriority.Interactive ? _interactive : _bulk;
            var room = priority == TpmPriority.Interactive ? capacity : capacity / 4;
            if (_closed || lane.Count >= room)
            {
                return false;
            }

            lane.Enqueue(work);
        }

        _waiting.Release();
        return true;
    }

    /// <summary>How much waits in a lane now.</summary>
    public int Waiting(TpmPriority priority)
    {
        lock (_lock)
        {
            return (priority == TpmPriority.Interactive ? _interactive : _bulk).Count;
        }
    }

    /// <summary>Waits for work; null once the queue is closed and empty.</summary>
    public Task? Take()
    {
        _waiting.Wait();
        lock (_lock)
        {
            return _interactive.TryDequeue(out var work) || _bulk.TryDequeue(out work) ? work : null;
        }
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
}
