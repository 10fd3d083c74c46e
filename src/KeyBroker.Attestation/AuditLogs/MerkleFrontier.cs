using System.Numerics;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>A tree that grows leaf by leaf and keeps one hash for each level only, so that a log of any length has its root in bounded memory.</summary>
public sealed class MerkleFrontier
{
    // The roots of the complete subtrees, the largest first: one for each bit of the size.
    private readonly List<byte[]> _roots = [];

    public long Size { get; private set; }

    public byte[] Root
    {
        get
        {
            if (_roots.Count == 0)
            {
                return MerkleHash.Empty;
            }

            var root = _roots[^1];
            for (var at = _roots.Count - 2; at >= 0; at--)
            {
                root = MerkleHash.Node(_roots[at], root);
            }

            return root;
        }
    }

    /// <summary>The root over these leaf hashes alone.</summary>
    public static byte[] RootOf(IEnumerable<byte[]> leaves)
    {
        var tree = new MerkleFrontier();
        foreach (var leaf in leaves)
        {
            tree.Add(leaf);
        }

        return tree.Root;
    }

    public void Add(byte[] leafHash)
    {
        // As many subtrees as the size ends in ones are complete now, each with its left neighbour.
        var root = leafHash;
        for (var merges = BitOperations.TrailingZeroCount(~Size); merges > 0; merges--)
        {
            root = MerkleHash.Node(_roots[^1], root);
            _roots.RemoveAt(_roots.Count - 1);
        }

        _roots.Add(root);
        Size++;
    }
}
