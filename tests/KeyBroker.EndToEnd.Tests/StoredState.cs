using System.Security.Cryptography;
using System.Text;
using KeyBroker.Testing;
using Microsoft.Data.Sqlite;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A stopped broker's database, looked at with nothing of the broker's own code.</summary>
internal static class StoredState
{
    public static string Database(BrokerProcess broker) => Path.Combine(broker.StateDirectory, "keybroker.db");

    public static long Count(string database, string table) => (long)Query(database, $"SELECT COUNT(*) FROM {table}").Single()[0];

    public static IEnumerable<byte[]> Bytes(string database, string sql) => Query(database, sql).Select(row => (byte[])row[0]);

    /// <summary>Somebody who reads, and goes on until this is disposed.</summary>
    public static IDisposable Watching(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = new SqliteCommand("BEGIN; SELECT COUNT(*) FROM audit", connection);
        _ = command.ExecuteScalar();
        return connection;
    }

    public static bool IsSound(string database) => (string)Query(database, "PRAGMA integrity_check").Single()[0] == "ok";

    /// <summary>What the audit says that something was done to.</summary>
    public static HashSet<string> Done(string database) =>
        [.. Query(database, "SELECT json_extract(record, '$.resource') FROM audit WHERE json_extract(record, '$.outcome') = 'done'").Select(row => row[0]).OfType<string>()];

    /// <summary>The length of the audit log, every link of which fits.</summary>
    public static int AuditLength(string database)
    {
        var (previous, length) = (new byte[32], 0);
        foreach (var row in Query(database, "SELECT seq, record, previous, hash FROM audit ORDER BY seq"))
        {
            Assert.Equal(++length, (long)row[0]);
            Assert.Equal(previous, (byte[])row[2]);
            previous = SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes((string)row[1])]);
            Assert.Equal(previous, (byte[])row[3]);
        }

        return length;
    }

    private static List<object[]> Query(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}
