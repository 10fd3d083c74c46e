using System.Data;

using Dapper;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Secrets and their versions in the database, every row under a MAC.</summary>
internal sealed class SecretStore(Database database, RowMac macs, Revisions revisions)
{
    /// <exception cref="StoreIntegrityException">A row of this secret was edited or exchanged.</exception>
    public SecretRecord? Find(string name) => database.ReadOnce(connection => Find(connection, null, name));

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

    // A single statement, so that a secret is never seen with the versions of another moment.
    private SecretRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name)
    {
        var rows = connection.Query<SecretRow, SecretVersionRow?, (SecretRow Secret, SecretVersionRow? Version)>(
            SecretSql.Find, (secret, version) => (secret, version), new { name }, transaction, splitOn: "SecretId").AsList();
        return rows is [] ? null : Complete(rows[0].Secret, [.. rows.Select(row => row.Version).OfType<SecretVersionRow>()]);
    }

    private static IReadOnlyList<SecretVersionRow> VersionsOf(IDbConnection connection, SecretRow row) =>
        [.. connection.Query<SecretVersionRow>(
            $"SELECT {SecretSql.VersionColumns} FROM secret_versions WHERE secret_id = @Id ORDER BY version", row)];

    private SecretRecord Complete(SecretRow row, IReadOnlyList<SecretVersionRow> versions)
    {
        var secret = row.Check(macs, [.. versions.Select((version, index) => version.Check(
            macs, index == versions.Count - 1 ? KeyVersionState.Active : KeyVersionState.Deactivated))]);
        return secret.Versions.Count > 0
            && secret.Versions.Select(version => version.Version).SequenceEqual(Enumerable.Range(1, secret.Versions.Count))
            ? secret
            : throw new StoreIntegrityException("a secret lacks one of its versions");
    }
}
