using System.Data;
using System.Text;
using Dapper;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>
/// The Merkle tree over the records (RFC 9162). Kept are the roots of complete subtrees of 256 records and more, added when a
/// checkpoint is made and never by an append; what is below is hashed from the records when somebody asks.
/// </summary>
internal sealed class AuditTree(Database database)
{
    private const int BlockLevel = 8;
    private const int BlockSize = 1 << BlockLevel;
    private const int BlocksAtOnce = 32;

    public LogHead Head() => database.ReadOnce(connection => connection.QuerySingleOrDefault<(long Seq, byte[] Hash)>(
        "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") is { Seq: > 0 } last
        ? new LogHead(last.Seq, last.Hash)
        : new LogHead(0, AuditChain.Origin));

    /// <summary>The hash of a record in the chain; null where there is none.</summary>
    public byte[]? ChainAt(long sequence) => sequence == 0 ? AuditChain.Origin : database.ReadOnce(connection =>
        connection.QuerySingleOrDefault<byte[]>("SELECT hash FROM audit WHERE seq = @sequence", new { sequence }));

    /// <summary>Whether the log still is what a checkpoint is of, or goes on from it.</summary>
    public bool GoesOnFrom(CheckpointRow checkpoint) =>
        CheckpointBody.Parse(checkpoint.Body).Chain.AsSpan().SequenceEqual(ChainAt(checkpoint.Size));

    /// <summary>Adds what became complete up to so many records, and gives the root over them.</summary>
    /// <exception cref="StoreIntegrityException">A new record does not follow the one before.</exception>
    public async Task<byte[]> ExtendAsync(long size, CancellationToken cancellation)
    {
        var complete = size >> BlockLevel;
        for (var block = Blocks(); block < complete; block += BlocksAtOnce)
        {
            var (first, count) = (block, (int)Math.Min(BlocksAtOnce, complete - block));
            var roots = Enumerable.Range(0, count).Select(at => MerkleFrontier.RootOf(Leaves((first + at) << BlockLevel, BlockSize))).ToList();
            await database.WriteAsync(transaction => Add(transaction, first, roots), cancellation);
        }

        _ = Leaves(complete << BlockLevel, (int)(size % BlockSize));
        return database.Read(connection => Root(connection, 0, size));
    }

    /// <summary>The hashes beside the way of a record to the root.</summary>
    public IReadOnlyList<byte[]> Inclusion(long sequence, long size) =>
        database.Read(connection => Prover(connection).Inclusion(sequence - 1, size));

    public IReadOnlyList<byte[]> Consistency(long from, long to) =>
        database.Read(connection => Prover(connection).Consistency(from, to));

    private static MerkleProver Prover(IDbConnection connection) => new((start, count) => Root(connection, start, count));

    private static byte[] Root(IDbConnection connection, long start, long count)
    {
        if (count >= BlockSize && long.IsPow2(count) && start % count == 0
            && Node(connection, (int)long.Log2(count), start / count) is { } known)
        {
            return known;
        }

        if (count <= BlockSize)
        {
            return MerkleFrontier.RootOf(Records(connection, start, (int)count).Select(row => MerkleHash.Leaf(Encoding.UTF8.GetBytes(row.Record))));
        }

        var left = MerkleProver.Split(count);
        return MerkleHash.Node(Root(connection, start, left), Root(connection, start + left, count - left));
    }

    private static byte[]? Node(IDbConnection connection, int level, long place) => connection.QuerySingleOrDefault<byte[]>(
        "SELECT hash FROM audit_nodes WHERE level = @level AND place = @place", new { level, place });

    private long Blocks() => database.ReadOnce(connection => connection.ExecuteScalar<long>(
        "SELECT COALESCE(MAX(place) + 1, 0) FROM audit_nodes WHERE level = @BlockLevel", new { BlockLevel }));

    /// <summary>Each block's root, and those of the subtrees that it completes.</summary>
    private static void Add(WriteTransaction transaction, long first, List<byte[]> roots)
    {
        for (var at = 0; at < roots.Count; at++)
        {
            var (level, place, hash) = (BlockLevel, first + at, roots[at]);
            Insert(transaction, level, place, hash);
            for (; (place & 1) == 1; place >>= 1)
            {
                var left = Node(transaction.Connection, level, place - 1) ?? throw new StoreIntegrityException("a node of the audit tree is missing");
                hash = MerkleHash.Node(left, hash);
                Insert(transaction, ++level, place >> 1, hash);
            }
        }
    }

    private static void Insert(WriteTransaction transaction, int level, long place, byte[] hash) => transaction.Execute(
        "INSERT INTO audit_nodes (level, place, hash) VALUES (@level, @place, @hash) ON CONFLICT DO NOTHING", new { level, place, hash });

    /// <summary>The leaves of records that no checkpoint covers yet: the chain is looked at once more before the TPM signs.</summary>
    private List<byte[]> Leaves(long start, int count)
    {
        var previous = ChainAt(start);
        var leaves = new List<byte[]>(count);
        foreach (var row in database.Read(connection => Records(connection, start, count)))
        {
            if (previous is null || row.Seq != start + leaves.Count + 1 || !AuditChain.Hash(previous, row.Record).AsSpan().SequenceEqual(row.Hash))
            {
                throw new StoreIntegrityException($"the audit log was changed outside the broker at record {start + leaves.Count + 1}");
            }

            previous = row.Hash;
            leaves.Add(MerkleHash.Leaf(Encoding.UTF8.GetBytes(row.Record)));
        }

        return leaves.Count == count
            ? leaves
            : throw new StoreIntegrityException($"the audit log ends before record {start + count}, outside the broker");
    }

    private static List<LinkedRecord> Records(IDbConnection connection, long start, int count) => connection.Query<LinkedRecord>(
        "SELECT seq AS Seq, record AS Record, hash AS Hash FROM audit WHERE seq > @start ORDER BY seq LIMIT @count", new { start, count }).AsList();

    private sealed class LinkedRecord
    {
        public long Seq { get; set; }

        public string Record { get; set; } = "";

        public byte[] Hash { get; set; } = [];
    }
}
