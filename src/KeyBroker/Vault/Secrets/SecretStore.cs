using System.Data;

using Dapper;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Secrets and their versions in the database, every row under a MAC.</summary>
internal sealed class SecretStore(Database database, RowMac macs, Revisions revisions)
{
    /// <exception cref="StoreIntegrityException">A row of this secret was edited or exchanged.</exception>
    public SecretRecord? Find(string name) => database.ReadOnce(connection => Find(connection, null, name));

    /// <summary>KEY-11. With the newest version, and the one that is named if there is such a one; no other is read.</summary>
    /// <param name="version">0 for no other.</param>
    /// <exception cref="StoreIntegrityException">A row of these was edited or exchanged.</exception>
    public SecretRecord? Find(string name, int version) => database.ReadOnce(connection => Find(connection, null, name, version));

    /// <inheritdoc cref="Find(string, int)"/>
    public SecretRecord? Find(WriteTransaction transaction, string name, int version) =>
        Find(transaction.Connection, transaction.Transaction, name, version);

    /// <summary>Who made it, by the secret's own row alone; null where there is none.</summary>
    /// <exception cref="StoreIntegrityException">The row was edited or exchanged.</exception>
    public string? CreatorOf(string name) => database.ReadOnce(connection => CreatorOf(connection, null, name));

    /// <inheritdoc cref="CreatorOf(string)"/>
    public string? CreatorOf(WriteTransaction transaction, string name) => CreatorOf(transaction.Connection, transaction.Transaction, name);

    public SecretRecord? Find(WriteTransaction transaction, string name) =>
        Find(transaction.Connection, transaction.Transaction, name);

    /// <summary>The secrets after a name, in the order of their names.</summary>
    public IReadOnlyList<Listed<SecretRecord>> List(string? after, int limit) => database.Read(connection => connection
        .Query<SecretRow>(
            $"SELECT {SecretSql.SecretColumns} FROM secrets WHERE name > @after ORDER BY name LIMIT @limit",
            new { after = after ?? "", limit })
        .Select(row => (Row: row, Versions: VersionsOf(connection, row)))
        .Select(found => new Listed<SecretRecord>(found.Row.Name, () => Complete(found.Row, found.Versions)) { CreatedBy = found.Row.CreatedBy }).ToArray());

    public void Insert(WriteTransaction transaction, SecretRecord secret)
    {
        transaction.Execute(SecretSql.InsertSecret, SecretRow.Of(secret, macs));
        foreach (var version in secret.Versions)
        {
            transaction.Execute(SecretSql.InsertVersion, SecretVersionRow.Of(version, macs));
        }

        revisions.Set(secret);
    }

    /// <summary>Writes what differs, under the next revision.</summary>
    public SecretRecord Update(WriteTransaction transaction, SecretRecord before, SecretRecord after)
    {
        var revised = after with { Revision = before.Revision + 1 };
        transaction.Execute(SecretSql.UpdateSecret, SecretRow.Of(revised, macs));
        foreach (var version in revised.Versions.Where(version => version != before.Version(version.Version)))
        {
            transaction.Execute(
                before.Version(version.Version) is null ? SecretSql.InsertVersion : SecretSql.UpdateVersion,
                SecretVersionRow.Of(version, macs));
        }

        revisions.Set(revised);
        return revised;
    }

    private string? CreatorOf(IDbConnection connection, IDbTransaction? transaction, string name) =>
        connection.QuerySingleOrDefault<SecretRow>($"SELECT {SecretSql.SecretColumns} FROM secrets WHERE name = @name", new { name }, transaction)
            ?.Check(macs, []).CreatedBy;

    // A single statement, so that a secret is never seen with the versions of another moment.
    private SecretRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name) =>
        Rows(connection, transaction, SecretSql.Find, new { name }) is [var (first, _), ..] rows ? Complete(first, Versions(rows)) : null;

    private SecretRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name, int version) =>
        Rows(connection, transaction, SecretSql.FindFor, new { name, version }) is [var (first, _), ..] rows ? WithNewest(first, Versions(rows)) : null;

    private static List<(SecretRow Secret, SecretVersionRow? Version)> Rows(
        IDbConnection connection, IDbTransaction? transaction, string sql, object parameters) =>
        connection.Query<SecretRow, SecretVersionRow?, (SecretRow Secret, SecretVersionRow? Version)>(
            sql, (secret, version) => (secret, version), parameters, transaction, splitOn: "SecretId").AsList();

    private static SecretVersionRow[] Versions(IEnumerable<(SecretRow Secret, SecretVersionRow? Version)> rows) =>
        [.. rows.Select(row => row.Version).OfType<SecretVersionRow>()];

    private static IReadOnlyList<SecretVersionRow> VersionsOf(IDbConnection connection, SecretRow row) =>
        [.. connection.Query<SecretVersionRow>(
            $"SELECT {SecretSql.VersionColumns} FROM secret_versions WHERE secret_id = @Id ORDER BY version", row)];

    private SecretRecord Complete(SecretRow row, IReadOnlyList<SecretVersionRow> versions) =>
        WithNewest(row, versions) is var secret
        && secret.Versions.Select(version => version.Version).SequenceEqual(Enumerable.Range(1, secret.Versions.Count))
            ? secret
            : throw Lacking();

    private SecretRecord WithNewest(SecretRow row, IReadOnlyList<SecretVersionRow> versions) => versions.Count > 0
        ? row.Check(macs, [.. versions.Select((version, index) => version.Check(
            macs, index == versions.Count - 1 ? KeyVersionState.Active : KeyVersionState.Deactivated))])
        : throw Lacking();

    private static StoreIntegrityException Lacking() => new("a secret lacks one of its versions");
}
