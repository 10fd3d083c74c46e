using System.Data;
using Dapper;
using KeyBroker.Audit;
using KeyBroker.Storage;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Backups;

/// <summary>The copy of the database that a backup carries: one file, without what must not outlive its moment.</summary>
internal sealed class DatabaseCopy : IDisposable
{
    /// <summary>Emptied: spent nonces and proofs, open enrolments, things half made, and the records behind live tokens.</summary>
    public static readonly IReadOnlySet<string> Emptied =
        new HashSet<string> { "nonces", "proofs", "answers", "enrollments", "intents", "erasures" };

    /// <summary>Every table is in one of the two lists, so that a new one makes somebody decide.</summary>
    public static readonly IReadOnlySet<string> Kept = new HashSet<string>
    {
        "SchemaVersions", "meta", "tpm_objects", "machines", "attestations", "keys", "key_versions", "secrets",
        "secret_versions", "signing_keys", "signing_certificates", "audit", "contents", "event_logs", "destructions", "key_uses",
        "grant_uses", "last_uses", "audit_counter", "audit_checkpoints", "audit_nodes", "audit_sinks",
    };

    private static readonly string[] s_counted =
        ["machines", "keys", "key_versions", "secrets", "secret_versions", "signing_keys", "attestations", "audit"];

    private readonly SqliteConnection _connection;

    private DatabaseCopy(SqliteConnection connection) => _connection = connection;

    public IDbConnection Connection => _connection;

    public string Schema => _connection.QuerySingle<string>(
        "SELECT ScriptName FROM SchemaVersions ORDER BY SchemaVersionID DESC LIMIT 1");

    public IReadOnlyDictionary<string, long> Counts => s_counted.ToDictionary(
        table => table, table => _connection.ExecuteScalar<long>($"SELECT COUNT(*) FROM {table}"));

    public AuditHead Head
    {
        get
        {
            var last = _connection.QuerySingleOrDefault<(long Seq, byte[] Hash)>(
                "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
            return new AuditHead(last.Seq, Convert.ToHexStringLower(last.Hash ?? AuditChain.Origin));
        }
    }

    /// <exception cref="StoreUnavailableException">There is no room, or the copy is damaged.</exception>
    public static DatabaseCopy Strip(string path, DateTimeOffset now)
    {
        var copy = new DatabaseCopy(new SqliteConnection(DatabaseFile.Unpooled(path)));
        try
        {
            copy.Strip(now);
            return copy;
        }
        catch (SqliteException failure)
        {
            copy.Dispose();
            throw new StoreUnavailableException($"the copy of the database cannot be finished: {failure.Message}", failure);
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Strip(DateTimeOffset now)
    {
        _connection.Open();
        _connection.Execute("PRAGMA secure_delete=ON");
        foreach (var table in Emptied)
        {
            _connection.Execute($"DELETE FROM {table}");
        }

        // A token is good only with the record behind it: none that lives now is good on a restored broker.
        _connection.Execute(
            "DELETE FROM attestations WHERE expires_at >= @now", new { now = now.ToUnixTimeMilliseconds() });

        // Nothing deleted stays in free pages, and the copy needs no second file beside it.
        _connection.Execute("VACUUM");
        _ = _connection.ExecuteScalar<string>("PRAGMA journal_mode=DELETE");
    }
}
