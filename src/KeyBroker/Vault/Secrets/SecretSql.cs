namespace KeyBroker.Vault;

/// <summary>The statements on <c>secrets</c> and <c>secret_versions</c>.</summary>
internal static class SecretSql
{
    public const string SecretColumns =
        """
        secrets.name AS Name, secrets.id AS Id, secrets.labels AS Labels, secrets.state AS State,
        secrets.created_at AS CreatedAt, secrets.created_by AS CreatedBy, secrets.revision AS Revision,
        secrets.life AS Life, secrets.mac AS Mac
        """;

    public const string VersionColumns =
        """
        secret_versions.secret_id AS SecretId, secret_versions.version AS Version, secret_versions.state AS State,
        secret_versions.public AS Public, secret_versions.private AS Private, secret_versions.wrapped AS Wrapped,
        secret_versions.creation_data AS CreationData, secret_versions.creation_hash AS CreationHash,
        secret_versions.creation_ticket AS CreationTicket, secret_versions.created_at AS CreatedAt,
        secret_versions.life AS Life, secret_versions.mac AS Mac
        """;

    public const string Find =
        $"""
        SELECT {SecretColumns}, {VersionColumns} FROM secrets LEFT JOIN secret_versions ON secret_versions.secret_id = secrets.id
        WHERE secrets.name = @name ORDER BY secret_versions.version
        """;

    // A secret has as many versions as were put, of up to 64 KiB; a use needs the newest, and the one that it names.
    public const string FindFor =
        $"""
        SELECT {SecretColumns}, {VersionColumns} FROM secrets LEFT JOIN secret_versions ON secret_versions.secret_id = secrets.id
            AND secret_versions.version IN
                ((SELECT MAX(newest.version) FROM secret_versions AS newest WHERE newest.secret_id = secrets.id), @version)
        WHERE secrets.name = @name ORDER BY secret_versions.version
        """;

    public const string InsertSecret =
        """
        INSERT INTO secrets (name, id, created_at, created_by, labels, state, revision, life, mac)
        VALUES (@Name, @Id, @CreatedAt, @CreatedBy, @Labels, @State, @Revision, @Life, @Mac)
        """;

    public const string InsertVersion =
        """
        INSERT INTO secret_versions (secret_id, version, state, public, private, wrapped, creation_data, creation_hash,
            creation_ticket, created_at, life, mac)
        VALUES (@SecretId, @Version, @State, @Public, @Private, @Wrapped, @CreationData, @CreationHash, @CreationTicket,
            @CreatedAt, @Life, @Mac)
        """;

    public const string UpdateSecret =
        "UPDATE secrets SET labels = @Labels, state = @State, revision = @Revision, life = @Life, mac = @Mac WHERE name = @Name";

    public const string UpdateVersion =
        """
        UPDATE secret_versions SET state = @State, private = @Private, wrapped = @Wrapped, life = @Life, mac = @Mac
        WHERE secret_id = @SecretId AND version = @Version
        """;
}
