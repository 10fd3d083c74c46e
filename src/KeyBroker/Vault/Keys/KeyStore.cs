using System.Data;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Keys and their versions in the database, every row under a MAC.</summary>
internal sealed class KeyStore(Database database, RowMac macs, Revisions revisions)
{
    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => database.ReadOnce(connection => Find(connection, null, name));

    /// <summary>KEY-11. With the primary version, and the one that is named if there is such a one; no other is read.</summary>
    /// <param name="version">0 for no other.</param>
    /// <exception cref="StoreIntegrityException">A row of these was edited or exchanged.</exception>
    public KeyRecord? Find(string name, int version) => database.ReadOnce(connection => Find(connection, null, name, version));

    /// <inheritdoc cref="Find(string, int)"/>
    public KeyRecord? Find(WriteTransaction transaction, string name, int version) =>
        Find(transaction.Connection, transaction.Transaction, name, version);

    /// <summary>Who made it, by the key's own row alone; null where there is none.</summary>
    /// <exception cref="StoreIntegrityException">The row was edited or exchanged.</exception>
    public string? CreatorOf(string name) =>
        database.ReadOnce(connection => connection.QuerySingleOrDefault<KeyRow>($"SELECT {KeySql.KeyColumns} FROM keys WHERE name = @name", new { name }))
            ?.Check(macs, []).CreatedBy;

    /// <summary>The newest, which need not be the primary one.</summary>
    public static int LastVersionOf(WriteTransaction transaction, KeyRecord key) => checked((int)transaction.Connection.ExecuteScalar<long>(
        KeySql.LastVersion, new { key.Id }, transaction.Transaction));

    /// <summary>The keys after a name, in the order of their names.</summary>
    public IReadOnlyList<Listed<KeyRecord>> List(string? after, int limit) => database.Read(connection => connection
        .Query<KeyRow>(
            $"SELECT {KeySql.KeyColumns} FROM keys WHERE name > @after ORDER BY name LIMIT @limit",
            new { after = after ?? "", limit })
        .Select(row => (Row: row, Versions: VersionsOf(connection, null, row)))
        .Select(found => new Listed<KeyRecord>(found.Row.Name, () => Complete(found.Row, found.Versions)) { CreatedBy = found.Row.CreatedBy }).ToArray());

    public KeyRecord? Find(WriteTransaction transaction, string name) =>
        Find(transaction.Connection, transaction.Transaction, name);

    /// <summary>The names of keys whose primary version may be replaced by its age.</summary>
    public IReadOnlyList<string> NamesWithPeriod() => database.ReadOnce(connection => connection.Query<string>(
        "SELECT name FROM keys WHERE rotation_period IS NOT NULL AND state = @Active", new { KeyVersionState.Active }).AsList());

    /// <exception cref="DeniedException">exists.</exception>
    public void Insert(WriteTransaction transaction, KeyRecord key)
    {
        if (Exists(transaction, key.Name))
        {
            throw new DeniedException(ProblemCodes.Exists, "a key of this name exists");
        }

        transaction.Execute(KeySql.InsertKey, KeyRow.Of(key, macs));
        foreach (var version in key.Versions)
        {
            transaction.Execute(KeySql.InsertVersion, KeyVersionRow.Of(version, macs));
        }

        revisions.Set(key);
    }

    /// <summary>Writes what differs, under the next revision.</summary>
    public KeyRecord Update(WriteTransaction transaction, KeyRecord before, KeyRecord after)
    {
        var revised = after with { Revision = before.Revision + 1 };
        transaction.Execute(KeySql.UpdateKey, KeyRow.Of(revised, macs));
        foreach (var version in revised.Versions)
        {
            if (before.Version(version.Version) is not { } known)
            {
                transaction.Execute(KeySql.InsertVersion, KeyVersionRow.Of(version, macs));
            }
            else if (version != known)
            {
                transaction.Execute(KeySql.UpdateVersion, KeyVersionRow.Of(version, macs));
            }
        }

        revisions.Set(revised);
        return revised;
    }

    /// <summary>A destroyed key's name stays taken.</summary>
    public static bool Exists(WriteTransaction transaction, string name) =>
        transaction.Connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM keys WHERE name = @name", new { name }, transaction.Transaction) != 0;

    // A single statement, so that a key is never seen with the versions of another moment.
    private KeyRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name) =>
        Rows(connection, transaction, KeySql.Find, new { name }) is [var (first, _), ..] rows ? Complete(first, Versions(rows)) : null;

    private KeyRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name, int version) =>
        Rows(connection, transaction, KeySql.FindFor, new { name, version }) is [var (first, _), ..] rows ? WithPrimary(first, Versions(rows)) : null;

    private static List<(KeyRow Key, KeyVersionRow? Version)> Rows(
        IDbConnection connection, IDbTransaction? transaction, string sql, object parameters) =>
        connection.Query<KeyRow, KeyVersionRow?, (KeyRow Key, KeyVersionRow? Version)>(
            sql, (key, version) => (key, version), parameters, transaction, splitOn: "KeyId").AsList();

    private static KeyVersionRow[] Versions(IEnumerable<(KeyRow Key, KeyVersionRow? Version)> rows) =>
        [.. rows.Select(row => row.Version).OfType<KeyVersionRow>()];

    private static IReadOnlyList<KeyVersionRow> VersionsOf(IDbConnection connection, IDbTransaction? transaction, KeyRow row) =>
        [.. connection.Query<KeyVersionRow>(
            $"SELECT {KeySql.VersionColumns} FROM key_versions WHERE key_id = @Id ORDER BY version", row, transaction)];

    private KeyRecord Complete(KeyRow row, IReadOnlyList<KeyVersionRow> versions) =>
        WithPrimary(row, versions) is var key
        && key.Versions.Select(version => version.Version).SequenceEqual(Enumerable.Range(1, key.Versions.Count))
            ? key
            : throw Lacking();

    private KeyRecord WithPrimary(KeyRow row, IReadOnlyList<KeyVersionRow> versions)
    {
        var key = row.Check(macs, [.. versions.Select(version => version.Check(macs))]);
        return key.Version(key.PrimaryVersion) is not null ? key : throw Lacking();
    }

    private static StoreIntegrityException Lacking() => new("a key lacks one of its versions");
}
