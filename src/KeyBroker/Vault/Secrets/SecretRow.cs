using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>secrets</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class SecretRow : ItemRow
{
    public static SecretRow Of(SecretRecord secret, RowMac macs)
    {
        var row = new SecretRow();
        row.Take(secret);
        row.Mac = macs.Compute("secrets", row.Fields());
        return row;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public SecretRecord Check(RowMac macs, IReadOnlyList<SecretVersion> versions)
    {
        macs.Verify("secrets", Mac, Fields());
        return new SecretRecord
        {
            Id = Id,
            Name = Name,
            Labels = ReadLabels(),
            State = Revision == 0 ? KeyVersionState.Active : State,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            CreatedBy = CreatedBy,
            Revision = Revision,
            Life = Revision == 0 ? new() : LifeJson.Read<ItemLife>(Life),
            Versions = versions,
        };
    }

    // Rows of the sixth schema have no revision and no state, and their MACs hold.
    private object?[] Fields() =>
    [
        Name, Id, CreatedAt, CreatedBy, Labels,
        .. Revision == 0 ? Array.Empty<object?>() : [Revision, State, Life],
    ];
}
