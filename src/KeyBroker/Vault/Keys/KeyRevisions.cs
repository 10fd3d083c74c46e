using System.Collections.Concurrent;

namespace KeyBroker.Vault;

/// <summary>
/// The revision of each key that was changed or looked at lately, written by the database's one writer: so that a result
/// costs no query to find out whether its key is still what it was. What is not here is asked of the database.
/// </summary>
/// <remarks>
/// A change that is undone leaves a revision here which no row has. No record was ever read under it, so nothing matches
/// it, and the next question goes to the database.
/// </remarks>
internal sealed class KeyRevisions
{
    private const int Capacity = 1 << 16;
    private readonly ConcurrentDictionary<string, long> _byKey = new(StringComparer.Ordinal);

    public void Set(KeyRecord key)
    {
        if (_byKey.Count >= Capacity)
        {
            _byKey.Clear();
        }

        _byKey[key.Id] = key.Revision;
    }

    /// <summary>False also where it is not known.</summary>
    public bool IsCurrent(KeyRecord key) => _byKey.TryGetValue(key.Id, out var revision) && revision == key.Revision;
}
