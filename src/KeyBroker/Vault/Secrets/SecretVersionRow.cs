using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>secret_versions</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class SecretVersionRow
{
    public string SecretId { get; set; } = "";

    public long Version { get; set; }

    public byte[] Public { get; set; } = [];

    public byte[] Private { get; set; } = [];

    public byte[]? Wrapped { get; set; }

    public byte[] CreationData { get; set; } = [];

    public byte[] CreationHash { get; set; } = [];

    public byte[] CreationTicket { get; set; } = [];

    public long CreatedAt { get; set; }

    public byte[] Mac { get; set; } = [];

    public static SecretVersionRow Of(SecretVersion version, RowMac macs)
    {
        var row = new SecretVersionRow
        {
            SecretId = version.SecretId,
            Version = version.Version,
            Public = version.Object.Public,
            Private = version.Object.Private,
            Wrapped = version.Wrapped,
            CreationData = version.Object.CreationData,
            CreationHash = version.Object.CreationHash,
            CreationTicket = version.Object.CreationTicket,
            CreatedAt = version.CreatedAt.ToUnixTimeMilliseconds(),
        };
        row.Mac = macs.Compute("secret_versions", row.Fields());
        return row;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public SecretVersion Check(RowMac macs)
    {
        macs.Verify("secret_versions", Mac, Fields());
        return new SecretVersion
        {
            SecretId = SecretId,
            Version = checked((int)Version),
            Object = new SealedObject(Public, Private)
            {
                CreationData = CreationData,
                CreationHash = CreationHash,
                CreationTicket = CreationTicket,
            },
            Wrapped = Wrapped,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        };
    }

    // Rows of the first schema have no creation data, and their MACs hold.
    private object?[] Fields() =>
    [
        SecretId, Version, Public, Private, Wrapped, CreatedAt,
        .. CreationData.Length == 0 ? Array.Empty<object?>() : [CreationData, CreationHash, CreationTicket],
    ];
}
