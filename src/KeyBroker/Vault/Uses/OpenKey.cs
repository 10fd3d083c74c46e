using System.Diagnostics.CodeAnalysis;

namespace KeyBroker.Vault;

/// <summary>One open key: many may use it at once, and it is wiped only when none does.</summary>
internal sealed class OpenKey(KeyMaterial material, long now) : IDisposable
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _closed;
    private long _lastUsed = now;

    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>False where the key was wiped before.</summary>
    public bool TryUse<T>(long now, Func<KeyMaterial, T> use, [MaybeNullWhen(false)] out T result)
    {
        if (!TryEnter(now))
        {
            result = default;
            return false;
        }

        try
        {
            result = use(material);
            return true;
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            WipeIfUnused();
        }
    }

    private bool TryEnter(long now)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _users++;
            _lastUsed = now;
            return true;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _users--;
            WipeIfUnused();
        }
    }

    private void WipeIfUnused()
    {
        if (_closed && _users == 0)
        {
            material.Dispose();
        }
    }
}
