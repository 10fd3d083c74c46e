using System.Collections.Concurrent;

namespace KeyBroker.Vault;

/// <summary>Sealed keys that are open now: each in pinned memory, wiped once nobody used it for the idle time.</summary>
internal sealed class OpenKeys : IDisposable
{
    private readonly ConcurrentDictionary<(string KeyId, int Version), Lazy<Task<OpenKey>>> _open = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _idle;
    private readonly ITimer _sweep;

    public OpenKeys(TimeProvider clock, TimeSpan idle)
    {
        (_clock, _idle) = (clock, idle);
        _sweep = clock.CreateTimer(_ => Sweep(), null, idle / 2, idle / 2);
    }

    public int Count => _open.Count;

    /// <summary>Runs one use of the key; the TPM is asked only where the key is not open.</summary>
    public async Task<T> UseAsync<T>(
        (string KeyId, int Version) name, Func<Task<KeyMaterial>> unseal, Func<KeyMaterial, T> use)
    {
        while (true)
        {
            var entry = _open.GetOrAdd(name, _ => new(async () => new OpenKey(await unseal(), _clock.GetTimestamp())));
            var key = await OpenAsync(name, entry);
            if (key.TryUse(_clock.GetTimestamp(), use, out var result))
            {
                return result;
            }

            // Wiped between look-up and use. This very entry goes, and not one that somebody opened meanwhile.
            _ = _open.TryRemove(KeyValuePair.Create(name, entry));
        }
    }

    /// <summary>Wipes a key now, or as soon as nobody uses it any more.</summary>
    public void Forget((string KeyId, int Version) name)
    {
        if (_open.TryGetValue(name, out var entry) && entry.IsValueCreated && entry.Value.IsCompletedSuccessfully)
        {
            Close(name, entry);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var (name, entry) in _open)
        {
            Close(name, entry);
        }
    }

    private async Task<OpenKey> OpenAsync((string KeyId, int Version) name, Lazy<Task<OpenKey>> entry)
    {
        try
        {
            return await entry.Value;
        }
        finally
        {
            if (entry.Value.IsFaulted || entry.Value.IsCanceled)
            {
                _ = _open.TryRemove(KeyValuePair.Create(name, entry));
            }
        }
    }

    private void Sweep()
    {
        foreach (var (name, entry) in _open)
        {
            if (entry.IsValueCreated && entry.Value.IsCompletedSuccessfully
                && _clock.GetElapsedTime(entry.Value.Result.LastUsed) >= _idle)
            {
                Close(name, entry);
            }
        }
    }

    /// <summary>This very entry: one that was opened under the same name meanwhile stays.</summary>
    private void Close((string KeyId, int Version) name, Lazy<Task<OpenKey>> entry)
    {
        if (_open.TryRemove(KeyValuePair.Create(name, entry)) && entry.IsValueCreated && entry.Value.IsCompletedSuccessfully)
        {
            entry.Value.Result.Dispose();
        }
    }
}
