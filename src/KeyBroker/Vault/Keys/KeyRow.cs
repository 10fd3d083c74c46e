using System.Text.Json;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>keys</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class KeyRow : ItemRow
{
    public string Type { get; set; } = "";

    public string Protection { get; set; } = "";

    public string Residence { get; set; } = "";

    public string Operations { get; set; } = "";

    public long Exportable { get; set; }

    public long PrimaryVersion { get; set; }

    public long? RotationPeriod { get; set; }

    public static KeyRow Of(KeyRecord key, RowMac macs)
    {
        var row = new KeyRow
        {
            Type = key.Type,
            Protection = key.Protection,
            Residence = key.Residence,
            Operations = JsonSerializer.Serialize(key.Operations),
            Exportable = key.Exportable ? 1 : 0,
            PrimaryVersion = key.PrimaryVersion,
            RotationPeriod = (long?)key.RotationPeriod?.TotalMilliseconds,
        };
        row.Take(key);
        row.Mac = macs.Compute("keys", row.Fields());
        return row;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public KeyRecord Check(RowMac macs, IReadOnlyList<KeyVersion> versions)
    {
        macs.Verify("keys", Mac, Fields());
        return new KeyRecord
        {
            Id = Id,
            Name = Name,
            Type = Type,
            Protection = Protection,
            Residence = Residence,
            Operations = JsonSerializer.Deserialize<string[]>(Operations)!,
            Exportable = Exportable != 0,
            Labels = ReadLabels(),
            PrimaryVersion = checked((int)PrimaryVersion),
            State = State,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            CreatedBy = CreatedBy,
            Revision = Revision,
            RotationPeriod = RotationPeriod is { } period ? TimeSpan.FromMilliseconds(period) : null,
            Life = LifeJson.Read<ItemLife>(Life),
            Versions = versions,
        };
    }

    // Rows of the fourth schema have no revision, and their MACs hold.
    private object?[] Fields() =>
    [
        Name, Id, Type, Protection, Residence, Operations, Exportable, Labels, PrimaryVersion, State, CreatedAt,
        CreatedBy,
        .. Revision == 0 ? Array.Empty<object?>() : [Revision, RotationPeriod, Life],
    ];
}
