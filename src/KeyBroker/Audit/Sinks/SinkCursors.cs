using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>How far each sink has the log: the database is its queue, so a sink that was away misses nothing.</summary>
internal sealed class SinkCursors(Database database)
{
    /// <summary>Nothing, of one that is new.</summary>
    public SinkCursor Of(string name)
    {
        var (sequence, counter) = database.ReadOnce(connection => connection.QuerySingleOrDefault<(long, long)>(
            "SELECT seq, counter FROM audit_sinks WHERE name = @name", new { name }));
        return new SinkCursor(sequence, counter);
    }

    public static void Save(WriteTransaction transaction, string name, SinkCursor cursor) => transaction.Execute(
        """
        INSERT INTO audit_sinks (name, seq, counter) VALUES (@name, @Sequence, @Counter)
        ON CONFLICT (name) DO UPDATE SET seq = @Sequence, counter = @Counter
        """,
        new { name, cursor.Sequence, cursor.Counter });

    public Task SaveAsync(string name, SinkCursor cursor, CancellationToken cancellation) =>
        database.WriteAsync(transaction => Save(transaction, name, cursor), cancellation);
}
