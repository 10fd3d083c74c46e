using System.Numerics;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>Checks the proofs of RFC 9162 as 2.1.3.2 and 2.1.4.2 say, with nothing but the hashes.</summary>
public static class MerkleProof
{
    /// <param name="place">The leaf's index from 0, and the size of the tree.</param>
    public static bool ShowsInclusion((long Index, long Size) place, byte[] leafHash, IReadOnlyList<byte[]> path, byte[] root)
    {
        if (place.Index < 0 || place.Index >= place.Size)
        {
            return false;
        }

        var way = new Way(place.Index, place.Size - 1);
        var hash = leafHash;
        foreach (var beside in path)
        {
            if (way.IsOver || beside.Length != MerkleHash.Size)
            {
                return false;
            }

            hash = way.Up() ? MerkleHash.Node(beside, hash) : MerkleHash.Node(hash, beside);
        }

        return way.IsOver && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the tree of the first size and root is the beginning of the other.</summary>
    public static bool ShowsConsistency(
        (long Size, byte[] Root) first, (long Size, byte[] Root) second, IReadOnlyList<byte[]> path)
    {
        if (first.Size == second.Size || first.Size == 0)
        {
            return path.Count == 0 && first.Size <= second.Size
                && first.Root.AsSpan().SequenceEqual(first.Size == 0 ? MerkleHash.Empty : second.Root);
        }

        if (first.Size < 0 || first.Size > second.Size || path.Count == 0 || path.Any(hash => hash.Length != MerkleHash.Size))
        {
            return false;
        }

        // A tree that is whole in itself is its own first hash.
        return BitOperations.IsPow2(first.Size)
            ? Climb(first, second, first.Root, path)
            : Climb(first, second, path[0], path.Skip(1));
    }

    private static bool Climb((long Size, byte[] Root) first, (long Size, byte[] Root) second, byte[] start, IEnumerable<byte[]> path)
    {
        var way = new Way(first.Size - 1, second.Size - 1);
        way.SkipRights();
        var (old, current) = (start, start);
        foreach (var beside in path)
        {
            if (way.IsOver)
            {
                return false;
            }

            if (way.Up())
            {
                (old, current) = (MerkleHash.Node(beside, old), MerkleHash.Node(beside, current));
            }
            else
            {
                current = MerkleHash.Node(current, beside);
            }
        }

        return way.IsOver && old.AsSpan().SequenceEqual(first.Root) && current.AsSpan().SequenceEqual(second.Root);
    }

    /// <summary>From a node upwards, beside the last node of each level.</summary>
    private struct Way(long node, long last)
    {
        private long _node = node;
        private long _last = last;

        public readonly bool IsOver => _last == 0;

        /// <summary>Goes one level up that has a neighbour.</summary>
        /// <returns>Whether that neighbour is on the left.</returns>
        public bool Up()
        {
            var isLeft = (_node & 1) == 1 || _node == _last;
            if (isLeft)
            {
                // The last node of a level has no neighbour where it is a left one: it goes up as it is.
                while ((_node & 1) == 0 && _node != 0)
                {
                    Rise();
                }
            }

            Rise();
            return isLeft;
        }

        public void SkipRights()
        {
            while ((_node & 1) == 1)
            {
                Rise();
            }
        }

        private void Rise() => (_node, _last) = (_node >> 1, _last >> 1);
    }
}
