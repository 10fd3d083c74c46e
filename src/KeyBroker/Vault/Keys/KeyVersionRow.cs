using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>key_versions</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class KeyVersionRow : SealedVersionRow
{
    public string KeyId { get; set; } = "";

    public string? PublicJwk { get; set; }

    public string Home { get; set; } = "";

    public static KeyVersionRow Of(KeyVersion version, RowMac macs)
    {
        var row = new KeyVersionRow { KeyId = version.KeyId, PublicJwk = version.PublicJwk, Home = version.Home };
        row.Take(version);
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
            Object = Object,
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
