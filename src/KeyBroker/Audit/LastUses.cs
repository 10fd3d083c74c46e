using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>Where in the audit the newest use of a key or a secret is, so that nobody looks through the log for it.</summary>
internal sealed class LastUses(Database database)
{
    /// <summary>Notes a use in the transaction of its record.</summary>
    /// <param name="transaction">The record's.</param>
    /// <param name="resource"><c>keys/NAME</c> or <c>secrets/NAME</c>.</param>
    /// <param name="sequence">The record's number.</param>
    public static void Note(WriteTransaction transaction, string resource, long sequence) => transaction.Execute(
        "INSERT INTO last_uses (resource, seq) VALUES (@resource, @sequence) ON CONFLICT (resource) DO UPDATE SET seq = excluded.seq",
        new { resource, sequence });

    /// <summary>The record of the newest use; null where there is none.</summary>
    public AuditEntry? Find(string resource) => database.ReadOnce(connection => Dapper.SqlMapper.QuerySingleOrDefault<Row>(
        connection,
        """
        SELECT audit.seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM last_uses JOIN audit ON audit.seq = last_uses.seq
        WHERE resource = @resource
        """,
        new { resource })) is { } row ? new AuditEntry(row.Seq, row.Record, row.Previous, row.Hash) : null;

    private sealed class Row
    {
        public long Seq { get; set; }

        public string Record { get; set; } = "";

        public byte[] Previous { get; set; } = [];

        public byte[] Hash { get; set; } = [];
    }
}
