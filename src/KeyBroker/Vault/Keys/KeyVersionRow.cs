using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>key_versions</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class KeyVersionRow
{
    public string KeyId { get; set; } = "";

    public long Version { get; set; }

    public string State { get; set; } = "";

    public byte[] Public { get; set; } = [];

    public byte[] Private { get; set; } = [];

    public byte[]? Wrapped { get; set; }

    public string? PublicJwk { get; set; }

    public byte[] CreationData { get; set; } = [];

    public byte[] CreationHash { get; set; } = [];

    public byte[] CreationTicket { get; set; } = [];

    public string Home { get; set; } = "";

    public long CreatedAt { get; set; }

    public string? Life { get; set; }

    public byte[] Mac { get; set; } = [];

    public static KeyVersionRow Of(KeyVersion version, RowMac macs)
    {
        var row = new KeyVersionRow
        {
            KeyId = version.KeyId,
            Version = version.Version,
            State = version.State,
            Public = version.Object.Public,
            Private = version.Object.Private,
            Wrapped = version.Wrapped,
            PublicJwk = version.PublicJwk,
            CreationData = version.Object.CreationData,
            CreationHash = version.Object.CreationHash,
            CreationTicket = version.Object.CreationTicket,
            Home = version.Home,
            CreatedAt = version.CreatedAt.ToUnixTimeMilliseconds(),
            Life = LifeJson.Write(version.Life),
        };
        row.Mac = macs.Compute("key_versions", row.Fields());
        return row;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public KeyVersion Check(RowMac macs)
    {
        macs.Verify("key_versions", Mac, Fields());
        return new KeyVersion
        {
            KeyId = KeyId,
            Version = checked((int)Version),
            State = State,
            Object = new SealedObject(Public, Private)
            {
                CreationData = CreationData,
                CreationHash = CreationHash,
                CreationTicket = CreationTicket,
            },
            Wrapped = Wrapped,
            PublicJwk = PublicJwk,
            Home = Home,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            Life = LifeJson.Read<VersionLife>(Life),
        };
    }

    // Rows of the first schema have nothing wrapped, and those of the fourth no life; their MACs hold.
    private object?[] Fields() =>
    [
        KeyId, Version, State, Public, Private, PublicJwk, CreationData, CreationHash, CreationTicket, Home, CreatedAt,
        .. (Wrapped, Life) switch
        {
            (null, null) => Array.Empty<object?>(),
            (_, null) => [Wrapped],
            _ => [Wrapped, Life],
        },
    ];
}
