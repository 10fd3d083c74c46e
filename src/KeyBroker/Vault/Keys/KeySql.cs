namespace KeyBroker.Vault;

/// <summary>The statements on <c>keys</c> and <c>key_versions</c>.</summary>
internal static class KeySql
{
    public const string KeyColumns =
        """
        keys.name AS Name, keys.id AS Id, keys.type AS Type, keys.protection AS Protection, keys.residence AS Residence,
        keys.operations AS Operations, keys.exportable AS Exportable, keys.labels AS Labels,
        keys.primary_version AS PrimaryVersion, keys.state AS State, keys.created_at AS CreatedAt,
        keys.created_by AS CreatedBy, keys.revision AS Revision, keys.rotation_period AS RotationPeriod,
        keys.life AS Life, keys.mac AS Mac
        """;

    public const string VersionColumns =
        """
        key_versions.key_id AS KeyId, key_versions.version AS Version, key_versions.state AS State,
        key_versions.public AS Public, key_versions.private AS Private, key_versions.wrapped AS Wrapped,
        key_versions.public_jwk AS PublicJwk, key_versions.creation_data AS CreationData,
        key_versions.creation_hash AS CreationHash, key_versions.creation_ticket AS CreationTicket,
        key_versions.home AS Home, key_versions.created_at AS CreatedAt, key_versions.life AS Life, key_versions.mac AS Mac
        """;

    public const string Find =
        $"""
        SELECT {KeyColumns}, {VersionColumns} FROM keys LEFT JOIN key_versions ON key_versions.key_id = keys.id
        WHERE keys.name = @name ORDER BY key_versions.version
        """;

    // A key has as many versions as it was rotated; a use needs the primary one, and the one that it names.
    public const string FindFor =
        $"""
        SELECT {KeyColumns}, {VersionColumns} FROM keys LEFT JOIN key_versions
            ON key_versions.key_id = keys.id AND key_versions.version IN (keys.primary_version, @version)
        WHERE keys.name = @name ORDER BY key_versions.version
        """;

    public const string LastVersion = "SELECT COALESCE(MAX(version), 0) FROM key_versions WHERE key_id = @Id";

    public const string InsertKey =
        """
        INSERT INTO keys (name, id, type, protection, residence, operations, exportable, labels, primary_version,
            state, created_at, created_by, revision, rotation_period, life, mac)
        VALUES (@Name, @Id, @Type, @Protection, @Residence, @Operations, @Exportable, @Labels, @PrimaryVersion,
            @State, @CreatedAt, @CreatedBy, @Revision, @RotationPeriod, @Life, @Mac)
        """;

    public const string InsertVersion =
        """
        INSERT INTO key_versions (key_id, version, state, public, private, wrapped, public_jwk, creation_data,
            creation_hash, creation_ticket, home, created_at, life, mac)
        VALUES (@KeyId, @Version, @State, @Public, @Private, @Wrapped, @PublicJwk, @CreationData,
            @CreationHash, @CreationTicket, @Home, @CreatedAt, @Life, @Mac)
        """;

    public const string UpdateKey =
        """
        UPDATE keys SET exportable = @Exportable, labels = @Labels, primary_version = @PrimaryVersion, state = @State,
            revision = @Revision, rotation_period = @RotationPeriod, life = @Life, mac = @Mac
        WHERE name = @Name
        """;

    public const string UpdateVersion =
        """
        UPDATE key_versions SET state = @State, private = @Private, wrapped = @Wrapped, life = @Life, mac = @Mac
        WHERE key_id = @KeyId AND version = @Version
        """;
}
