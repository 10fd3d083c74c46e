using System.Text.Json;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>keys</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class KeyRow
{
    public string Name { get; set; } = "";

    public string Id { get; set; } = "";

    public string Type { get; set; } = "";

    public string Protection { get; set; } = "";

    public string Residence { get; set; } = "";

    public string Operations { get; set; } = "";

    public long Exportable { get; set; }

    public string Labels { get; set; } = "";

    public long PrimaryVersion { get; set; }

    public string State { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public long Revision { get; set; }

    public long? RotationPeriod { get; set; }

    public string? Life { get; set; }

    public byte[] Mac { get; set; } = [];

    public static KeyRow Of(KeyRecord key, RowMac macs)
    {
        var row = new KeyRow
        {
            Name = key.Name,
            Id = key.Id,
            Type = key.Type,
            Protection = key.Protection,
            Residence = key.Residence,
            Operations = JsonSerializer.Serialize(key.Operations),
            Exportable = key.Exportable ? 1 : 0,
            Labels = JsonSerializer.Serialize(key.Labels),
            PrimaryVersion = key.PrimaryVersion,
            State = key.State,
            CreatedAt = key.CreatedAt.ToUnixTimeMilliseconds(),
            CreatedBy = key.CreatedBy,
            Revision = key.Revision,
            RotationPeriod = (long?)key.RotationPeriod?.TotalMilliseconds,
            Life = LifeJson.Write(key.Life),
        };
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
            Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(Labels)!,
            PrimaryVersion = checked((int)PrimaryVersion),
            State = State,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            CreatedBy = CreatedBy,
            Revision = Revision,
            RotationPeriod = RotationPeriod is { } period ? TimeSpan.FromMilliseconds(period) : null,
            Life = LifeJson.Read<KeyLife>(Life),
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
