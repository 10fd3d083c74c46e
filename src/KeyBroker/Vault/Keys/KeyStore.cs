using System.Data;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Keys and their versions in the database, every row under a MAC.</summary>
internal sealed class KeyStore(Database database, RowMac macs)
{
    private const string KeyColumns =
        """
        keys.name AS Name, keys.id AS Id, keys.type AS Type, keys.protection AS Protection, keys.residence AS Residence,
        keys.operations AS Operations, keys.exportable AS Exportable, keys.labels AS Labels,
        keys.primary_version AS PrimaryVersion, keys.state AS State, keys.created_at AS CreatedAt,
        keys.created_by AS CreatedBy, keys.mac AS Mac
        """;

    private const string VersionColumns =
        """
        key_versions.key_id AS KeyId, key_versions.version AS Version, key_versions.state AS State,
        key_versions.public AS Public, key_versions.private AS Private, key_versions.wrapped AS Wrapped,
        key_versions.public_jwk AS PublicJwk, key_versions.creation_data AS CreationData,
        key_versions.creation_hash AS CreationHash, key_versions.creation_ticket AS CreationTicket,
        key_versions.home AS Home, key_versions.created_at AS CreatedAt, key_versions.mac AS Mac
        """;

    private const string FindSql =
        $"""
        SELECT {KeyColumns}, {VersionColumns} FROM keys LEFT JOIN key_versions ON key_versions.key_id = keys.id
        WHERE keys.name = @name ORDER BY key_versions.version
        """;

    private const string InsertKeySql =
        """
        INSERT INTO keys (name, id, type, protection, residence, operations, exportable, labels, primary_version,
            state, created_at, created_by, mac)
        VALUES (@Name, @Id, @Type, @Protection, @Residence, @Operations, @Exportable, @Labels, @PrimaryVersion,
            @State, @CreatedAt, @CreatedBy, @Mac)
        """;

    private const string InsertVersionSql =
        """
        INSERT INTO key_versions (key_id, version, state, public, private, wrapped, public_jwk, creation_data,
            creation_hash, creation_ticket, home, created_at, mac)
        VALUES (@KeyId, @Version, @State, @Public, @Private, @Wrapped, @PublicJwk, @CreationData,
            @CreationHash, @CreationTicket, @Home, @CreatedAt, @Mac)
        """;

    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => database.ReadOnce(connection => Find(connection, null, name));

    /// <summary>The keys after a name, in the order of their names.</summary>
    public IReadOnlyList<Listed<KeyRecord>> List(string? after, int limit) => database.Read(connection => connection
        .Query<KeyRow>(
            $"SELECT {KeyColumns} FROM keys WHERE name > @after ORDER BY name LIMIT @limit",
            new { after = after ?? "", limit })
        .Select(row => (Row: row, Versions: VersionsOf(connection, null, row)))
        .Select(found => new Listed<KeyRecord>(found.Row.Name, () => Complete(found.Row, found.Versions))).ToArray());

    public KeyRecord? Find(WriteTransaction transaction, string name) =>
        Find(transaction.Connection, transaction.Transaction, name);

    /// <exception cref="DeniedException">exists.</exception>
    public void Insert(WriteTransaction transaction, KeyRecord key)
    {
        if (Exists(transaction, key.Name))
        {
            throw new DeniedException(ProblemCodes.Exists, "a key of this name exists");
        }

        transaction.Connection.Execute(InsertKeySql, KeyRow.Of(key, macs), transaction.Transaction);
        foreach (var version in key.Versions)
        {
            transaction.Connection.Execute(
                InsertVersionSql, KeyVersionRow.Of(version, macs), transaction.Transaction);
        }
    }

    /// <summary>Makes a version the primary one and retires the one before, if that is still the primary.</summary>
    /// <exception cref="DeniedException">key-state: the key changed since the version was made.</exception>
    public void AddVersion(WriteTransaction transaction, string name, KeyVersion version)
    {
        var key = Find(transaction, name);
        if (key is null || key.Id != version.KeyId || key.PrimaryVersion != version.Version - 1)
        {
            throw KeyLifeCycle.Refuse(key?.State ?? KeyVersionState.Destroyed, "the key changed meanwhile");
        }

        KeyLifeCycle.Check(key, key.Primary, "rotate");
        if (key.Primary.State == KeyVersionState.Active)
        {
            UpdateState(transaction, key.Primary with { State = KeyVersionState.Deactivated });
        }

        transaction.Connection.Execute(InsertVersionSql, KeyVersionRow.Of(version, macs), transaction.Transaction);
        transaction.Connection.Execute(
            "UPDATE keys SET primary_version = @PrimaryVersion, mac = @Mac WHERE name = @Name",
            KeyRow.Of(key with { PrimaryVersion = version.Version }, macs), transaction.Transaction);
    }

    public static bool Exists(WriteTransaction transaction, string name) =>
        transaction.Connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM keys WHERE name = @name", new { name }, transaction.Transaction) != 0;

    private void UpdateState(WriteTransaction transaction, KeyVersion version) =>
        transaction.Connection.Execute(
            "UPDATE key_versions SET state = @State, mac = @Mac WHERE key_id = @KeyId AND version = @Version",
            KeyVersionRow.Of(version, macs), transaction.Transaction);

    // A single statement, so that a key is never seen with the versions of another moment.
    private KeyRecord? Find(IDbConnection connection, IDbTransaction? transaction, string name)
    {
        var rows = connection.Query<KeyRow, KeyVersionRow?, (KeyRow Key, KeyVersionRow? Version)>(
            FindSql, (key, version) => (key, version), new { name }, transaction, splitOn: "KeyId").AsList();
        return rows is [] ? null : Complete(rows[0].Key, [.. rows.Select(row => row.Version).OfType<KeyVersionRow>()]);
    }

    private static IReadOnlyList<KeyVersionRow> VersionsOf(IDbConnection connection, IDbTransaction? transaction, KeyRow row) =>
        [.. connection.Query<KeyVersionRow>(
            $"SELECT {VersionColumns} FROM key_versions WHERE key_id = @Id ORDER BY version", row, transaction)];

    private KeyRecord Complete(KeyRow row, IReadOnlyList<KeyVersionRow> versions)
    {
        var key = row.Check(macs, [.. versions.Select(version => version.Check(macs))]);
        return key.Versions.Select(version => version.Version).SequenceEqual(Enumerable.Range(1, key.Versions.Count))
            && key.Version(key.PrimaryVersion) is not null
            ? key
            : throw new StoreIntegrityException("a key lacks one of its versions");
    }
}
