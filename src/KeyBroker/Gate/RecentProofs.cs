using System.Runtime.InteropServices;

namespace KeyBroker.Gate;

/// <summary>
/// The proofs that were shown of late, by the first half of their id, in two generations: the older one is forgotten as a whole
/// once none of it could be shown again.
/// </summary>
internal sealed class RecentProofs(TimeProvider time)
{
    private readonly Lock _lock = new();
    private HashSet<UInt128> _older = [];
    private HashSet<UInt128> _newer = [];
    private DateTimeOffset _begun = time.GetUtcNow();

    /// <summary>False for one that was shown before.</summary>
    public bool TryAdd(byte[] id)
    {
        var half = MemoryMarshal.Read<UInt128>(id);
        lock (_lock)
        {
            Forget(time.GetUtcNow());
            return !_older.Contains(half) && _newer.Add(half);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (now - _begun > DpopProof.LongestUse)
        {
            (_older, _newer, _begun) = (_newer, [], now);
        }
    }
}
