using System.Collections.Concurrent;

namespace KeyBroker.Vault;

/// <summary>
/// The revision of each key and secret that was changed or looked at lately, written by the database's one writer: so that a result
/// costs no query to find out whether its key or secret is still what it was. What is not here is asked of the database.
/// </summary>
/// <remarks>
/// A change that is undone leaves a revision here which no row has. No record was ever read under it, so nothing matches
/// it, and the next question goes to the database.
/// </remarks>
internal sealed class Revisions
{
    private const int Capacity = 1 << 16;
    private readonly ConcurrentDictionary<string, long> _byId = new(StringComparer.Ordinal);

    public void Set(VaultItem item)
    {
        if (_byId.Count >= Capacity)
        {
            _byId.Clear();
        }

        _byId[item.Id] = item.Revision;
    }

    /// <summary>False also where it is not known.</summary>
    public bool IsCurrent(VaultItem item) => _byId.TryGetValue(item.Id, out var revision) && revision == item.Revision;
}
