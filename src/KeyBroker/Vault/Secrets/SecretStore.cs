using System.Data;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Secrets and their versions in the database, every row under a MAC.</summary>
internal sealed class SecretStore(Database database, RowMac macs)
{
    private const string SecretColumns =
        "name AS Name, id AS Id, created_at AS CreatedAt, created_by AS CreatedBy, labels AS Labels, mac AS Mac";

    private const string VersionColumns =
        """
        secret_id AS SecretId, version AS Version, public AS Public, private AS Private, wrapped AS Wrapped,
        creation_data AS CreationData, creation_hash AS CreationHash, creation_ticket AS CreationTicket,
        created_at AS CreatedAt, mac AS Mac
        """;

    private const string InsertSecretSql =
        """
        INSERT INTO secrets (name, id, created_at, created_by, labels, mac)
        VALUES (@Name, @Id, @CreatedAt, @CreatedBy, @Labels, @Mac)
        """;

    private const string InsertVersionSql =
        """
        INSERT INTO secret_versions (secret_id, version, public, private, wrapped, creation_data, creation_hash,
            creation_ticket, created_at, mac)
        VALUES (@SecretId, @Version, @Public, @Private, @Wrapped, @CreationData, @CreationHash, @CreationTicket,
            @CreatedAt, @Mac)
        """;

    /// <exception cref="StoreIntegrityException">A row of this secret was edited or exchanged.</exception>
    public SecretRecord? Find(string name) => database.Read(connection => Find(connection, null, name));

    public SecretRecord? Find(WriteTransaction transaction, string name) =>
        Find(transaction.Connection, transaction.Transaction, name);

    /// <summary>The secrets after a name, in the order of their names.</summary>
    public IReadOnlyList<Listed<SecretRecord>> List(string? after, int limit) => database.Read(connection => connection
        .Query<SecretRow>(
            $"SELECT {SecretColumns} FROM secrets WHERE name > @after ORDER BY name LIMIT @limit",
            new { after = after ?? "", limit })
        .Select(row => (Row: row, Versions: VersionsOf(connection, null, row)))
        .Select(found => new Listed<SecretRecord>(found.Row.Name, () => Complete(found.Row, found.Versions)) { CreatedBy = found.Row.CreatedBy }).ToArray());

    /// <summary>Adds the newest version, and the secret itself with its first one.</summary>
    /// <exception cref="DeniedException">exists: somebody else added that version.</exception>
    public void Add(WriteTransaction transaction, SecretRecord secret)
    {
        var stored = Find(transaction, secret.Name);
        if ((stored?.Newest.Version ?? 0) != secret.Newest.Version - 1 || (stored?.Id ?? secret.Id) != secret.Id)
        {
            throw new DeniedException(ProblemCodes.Exists, "the secret changed meanwhile");
        }

        if (stored is null)
        {
            transaction.Connection.Execute(InsertSecretSql, SecretRow.Of(secret, macs), transaction.Transaction);
        }

        transaction.Connection.Execute(
            InsertVersionSql, SecretVersionRow.Of(secret.Newest, macs), transaction.Transaction);
    }

    private SecretRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name)
    {
        var row = connection.QuerySingleOrDefault<SecretRow>(
            $"SELECT {SecretColumns} FROM secrets WHERE name = @name", new { name }, transaction);
        return row is null ? null : Complete(row, VersionsOf(connection, transaction, row));
    }

    private static IReadOnlyList<SecretVersionRow> VersionsOf(IDbConnection connection, IDbTransaction? transaction, SecretRow row) =>
        [.. connection.Query<SecretVersionRow>(
            $"SELECT {VersionColumns} FROM secret_versions WHERE secret_id = @Id ORDER BY version", row, transaction)];

    private SecretRecord Complete(SecretRow row, IReadOnlyList<SecretVersionRow> versions)
    {
        var secret = row.Check(macs, [.. versions.Select(version => version.Check(macs))]);
        return secret.Versions.Count > 0 ? secret : throw new StoreIntegrityException("a secret lacks its versions");
    }
}
