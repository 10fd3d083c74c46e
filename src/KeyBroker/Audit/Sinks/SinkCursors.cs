using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>How far each sink has the log: the database is its queue, so a sink that was away misses nothing.</summary>
internal sealed class SinkCursors(Database database)
{
    /// <summary>0 of one that is new.</summary>
    public long Of(string name) => database.ReadOnce(connection => connection.QuerySingleOrDefault<long>(
        "SELECT seq FROM audit_sinks WHERE name = @name", new { name }));

    public static void Save(WriteTransaction transaction, string name, long sequence) => transaction.Execute(
        "INSERT INTO audit_sinks (name, seq) VALUES (@name, @sequence) ON CONFLICT (name) DO UPDATE SET seq = @sequence", new { name, sequence });

    public Task SaveAsync(string name, long sequence, CancellationToken cancellation) =>
        database.WriteAsync(transaction => Save(transaction, name, sequence), cancellation);
}
