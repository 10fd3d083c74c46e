using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>secret_versions</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class SecretVersionRow : SealedVersionRow
{
    public string SecretId { get; set; } = "";

    public static SecretVersionRow Of(SecretVersion version, RowMac macs)
    {
        var row = new SecretVersionRow { SecretId = version.SecretId };
        row.Take(version);
        row.Mac = macs.Compute("secret_versions", row.Fields());
        return row;
    }

    /// <param name="unstated">The state of a version of a time when there were none.</param>
    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public SecretVersion Check(RowMac macs, string unstated)
    {
        macs.Verify("secret_versions", Mac, Fields());
        return new SecretVersion
        {
            SecretId = SecretId,
            Version = checked((int)Version),
            State = State.Length == 0 ? unstated : State,
            Object = Object,
            Wrapped = Wrapped,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            Life = LifeJson.Read<VersionLife>(Life),
        };
    }

    // Rows of the first schema have no creation data, and those of the sixth no state; their MACs hold.
    private object?[] Fields() =>
    [
        SecretId, Version, Public, Private, Wrapped, CreatedAt,
        .. (CreationData.Length, State) switch
        {
            (0, "") => Array.Empty<object?>(),
            (_, "") => [CreationData, CreationHash, CreationTicket],
            _ => [CreationData, CreationHash, CreationTicket, State, Life],
        },
    ];
}
