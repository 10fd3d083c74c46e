using System.Data;
using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>The event_logs table: the logs of each machine that came last, for explanations; nothing is decided by them.</summary>
internal sealed class EventLogRecords(RowMac mac, TimeProvider time)
{
    public const int LogsPerMachine = 8;

    private const string Table = "event_logs";

    /// <summary>Makes this log the machine's newest.</summary>
    public void Keep(WriteTransaction transaction, string machine, Content log)
    {
        var newest = transaction.QuerySingle<Row>(
            "SELECT machine, digest, seen_at AS SeenAt, mac FROM event_logs WHERE machine = @machine ORDER BY seen_at DESC LIMIT 1",
            new { machine });
        if (newest?.Digest == log.Digest)
        {
            return; // As ever: a machine attests often and boots seldom.
        }

        Contents.Keep(transaction, log);
        var row = new Row
        {
            Machine = machine,
            Digest = log.Digest,
            SeenAt = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), newest?.SeenAt + 1 ?? 0),
        };
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            """
            INSERT INTO event_logs (machine, digest, seen_at, mac) VALUES (@Machine, @Digest, @SeenAt, @Mac)
            ON CONFLICT (machine, digest) DO UPDATE SET seen_at = excluded.seen_at, mac = excluded.mac
            """,
            row);
        Prune(transaction, machine);
    }

    /// <summary>The log, or null where it is not kept any more.</summary>
    /// <exception cref="StoreIntegrityException">It was changed outside the broker.</exception>
    public byte[]? Find(IDbConnection connection, string machine, string digest)
    {
        var row = connection.QuerySingleOrDefault<Row>(
            "SELECT machine, digest, seen_at AS SeenAt, mac FROM event_logs WHERE machine = @machine AND digest = @digest",
            new { machine, digest });
        if (row is null)
        {
            return null;
        }

        mac.Verify(Table, row.Mac, row.Fields);
        return Contents.Find(connection, digest)
            ?? throw new StoreIntegrityException($"the content {digest} was removed outside the broker");
    }

    /// <summary>Removes the logs that belong to no attestation any more.</summary>
    public static void Sweep(WriteTransaction transaction) => transaction.Execute(
        """
        DELETE FROM event_logs
        WHERE NOT EXISTS (SELECT 1 FROM attestations WHERE event_log = event_logs.digest AND machine = event_logs.machine)
        """);

    private static void Prune(WriteTransaction transaction, string machine) => transaction.Execute(
        """
        DELETE FROM event_logs WHERE machine = @machine AND digest IN (
            SELECT digest FROM event_logs WHERE machine = @machine ORDER BY seen_at DESC LIMIT -1 OFFSET @kept)
        """,
        new { machine, kept = LogsPerMachine });

    private sealed class Row
    {
        public string Machine { get; set; } = "";

        public string Digest { get; set; } = "";

        public long SeenAt { get; set; }

        public byte[] Mac { get; set; } = [];

        public object?[] Fields => [Machine, Digest, SeenAt];
    }
}
