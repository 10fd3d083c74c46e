using System.Numerics;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>Makes the proofs of RFC 9162, 2.1.3 and 2.1.4, from whatever knows the roots of ranges of leaves.</summary>
/// <param name="rangeRoot">The root over so many leaves from one on, counted from 0.</param>
public sealed class MerkleProver(Func<long, long, byte[]> rangeRoot)
{
    /// <summary>That a leaf is in the tree of this size: the hashes beside its way to the root, the nearest first.</summary>
    /// <param name="index">From 0.</param>
    public IReadOnlyList<byte[]> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        var (start, count) = (0L, size);
        while (count > 1)
        {
            var left = Split(count);
            if (index - start < left)
            {
                path.Add(rangeRoot(start + left, count - left));
                count = left;
            }
            else
            {
                path.Add(rangeRoot(start, left));
                (start, count) = (start + left, count - left);
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>That the tree of one size is the beginning of the tree of another.</summary>
    public IReadOnlyList<byte[]> Consistency(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var proof = new List<byte[]>();
        if (from == 0 || from == to)
        {
            return proof;
        }

        var (start, count, old, isWhole) = (0L, to, from, true);
        while (old != count)
        {
            var left = Split(count);
            if (old <= left)
            {
                proof.Add(rangeRoot(start + left, count - left));
                count = left;
            }
            else
            {
                proof.Add(rangeRoot(start, left));
                (start, count, old, isWhole) = (start + left, count - left, old - left, false);
            }
        }

        if (!isWhole)
        {
            proof.Add(rangeRoot(start, count));
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>The largest power of two below the count: so many leaves are in the left subtree.</summary>
    public static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));
}
