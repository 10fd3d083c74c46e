using Dapper;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Tests.Http;

/// <summary>A running broker's database, looked into and broken from outside.</summary>
internal sealed class BrokerStore(RunningBroker broker)
{
    public void Execute(string sql)
    {
        using var connection = Open();
        connection.Execute(sql);
    }

    public long Count(string rows)
    {
        using var connection = Open();
        return connection.QuerySingle<long>($"SELECT COUNT(*) FROM {rows}");
    }

    /// <summary>How many rows each table has, but for those that grow with every attempt: the audit, what is spent, and what is under way.</summary>
    public SortedDictionary<string, long> Rows()
    {
        using var connection = Open();
        var tables = connection.Query<string>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('audit', 'nonces', 'proofs', 'intents', 'audit_checkpoints', 'audit_nodes', 'audit_counter') AND name NOT LIKE 'sqlite%'");
        return new SortedDictionary<string, long>(
            tables.ToDictionary(table => table, table => connection.QuerySingle<long>($"SELECT COUNT(*) FROM {table}")));
    }

    private SqliteConnection Open() => new($"Data Source={broker.Database};Pooling=False;Default Timeout=10");
}
