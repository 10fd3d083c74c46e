using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

/// <summary>Saved contexts of objects that were loaded before (Part 1, 30): bringing one back needs neither its parent nor a check.</summary>
/// <remarks>A context is good until the next TPM reset, so the cache lives as long as its connection's scope.</remarks>
internal sealed class ContextCache(int capacity)
{
    private readonly Dictionary<TpmName, LinkedListNode<(TpmName Name, SavedContext Context)>> _byName = [];
    private readonly LinkedList<(TpmName Name, SavedContext Context)> _byUse = new();

    public SavedContext? Find(TpmName name)
    {
        if (!_byName.TryGetValue(name, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Context;
    }

    public void Add(TpmName name, SavedContext context)
    {
        Remove(name);
        if (_byName.Count == capacity)
        {
            Remove(_byUse.Last!.Value.Name);
        }

        _byName[name] = _byUse.AddFirst((name, context));
    }

    public void Remove(TpmName name)
    {
        if (_byName.Remove(name, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
