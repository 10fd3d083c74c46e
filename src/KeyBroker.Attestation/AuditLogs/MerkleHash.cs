using System.Security.Cryptography;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>The hashes of a Merkle tree (RFC 9162, 2.1.1): a leaf and a node never hash alike.</summary>
public static class MerkleHash
{
    public const int Size = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int OnStack = 1024;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        var prefixed = entry.Length < OnStack ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        prefixed[0] = LeafPrefix;
        entry.CopyTo(prefixed[1..]);
        return SHA256.HashData(prefixed);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Size)];
        prefixed[0] = NodePrefix;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Size)..]);
        return SHA256.HashData(prefixed);
    }
}
