namespace KeyBroker.Vault;

/// <summary>What one version may still do before more is counted for it durably.</summary>
internal sealed class UseCounter
{
    private readonly Lock _lock = new();
    private long _free;
    private Task? _refill;

    /// <summary>Null where one use was free and is taken; else what to wait for before asking again.</summary>
    public Task? Take(Func<Task<long>> count)
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return null;
            }

            return _refill ??= RefillAsync(count);
        }
    }

    private async Task RefillAsync(Func<Task<long>> count)
    {
        await Task.Yield(); // Not under the lock of whoever asked.
        long counted = 0;
        try
        {
            counted = await count();
        }
        finally
        {
            lock (_lock)
            {
                _free += counted;
                _refill = null;
            }
        }
    }
}
