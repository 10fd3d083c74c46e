using System.Data;
using Dapper;

namespace KeyBroker.Storage;

/// <summary>
/// The contents table. A row needs no MAC: what names it is its digest, and the rows that name it have one.
/// </summary>
internal static class Contents
{
    /// <summary>Deflates what is not there yet, before the writer's turn.</summary>
    public static Content Prepare(IDbConnection connection, byte[] bytes)
    {
        var content = new Content(bytes);
        if (!Has(connection, content.Digest))
        {
            _ = content.Deflated;
        }

        return content;
    }

    public static void Keep(WriteTransaction transaction, Content content)
    {
        // Swept since it was looked for, it is deflated now.
        if (!Has(transaction.Connection, content.Digest, transaction.Transaction))
        {
            transaction.Execute(
                "INSERT INTO contents (digest, size, deflated) VALUES (@Digest, @Size, @Deflated)",
                new { content.Digest, content.Size, content.Deflated });
        }
    }

    /// <exception cref="StoreIntegrityException">The bytes are not those of this name.</exception>
    public static byte[]? Find(IDbConnection connection, string digest) =>
        connection.QuerySingleOrDefault<Row>("SELECT size, deflated FROM contents WHERE digest = @digest", new { digest }) is { } row
            ? Content.Inflate(row.Deflated, row.Size, digest)
            : null;

    /// <summary>Removes what nothing names any more.</summary>
    public static void Sweep(WriteTransaction transaction) => transaction.Execute(
        """
        DELETE FROM contents
        WHERE NOT EXISTS (SELECT 1 FROM attestations WHERE facts = contents.digest)
            AND NOT EXISTS (SELECT 1 FROM event_logs WHERE digest = contents.digest)
        """);

    private static bool Has(IDbConnection connection, string digest, IDbTransaction? transaction = null) =>
        connection.ExecuteScalar<long>("SELECT COUNT(*) FROM contents WHERE digest = @digest", new { digest }, transaction) > 0;

    private sealed class Row
    {
        public long Size { get; set; }

        public byte[] Deflated { get; set; } = [];
    }
}
