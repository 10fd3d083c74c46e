using System.Text.Json;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>secrets</c>, as the database has it: untrusted until its MAC was checked.</summary>
internal sealed class SecretRow
{
    public string Name { get; set; } = "";

    public string Id { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Labels { get; set; } = "";

    public byte[] Mac { get; set; } = [];

    public static SecretRow Of(SecretRecord secret, RowMac macs)
    {
        var row = new SecretRow
        {
            Name = secret.Name,
            Id = secret.Id,
            CreatedAt = secret.CreatedAt.ToUnixTimeMilliseconds(),
            CreatedBy = secret.CreatedBy,
            Labels = JsonSerializer.Serialize(secret.Labels),
        };
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
            Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(Labels)!,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            CreatedBy = CreatedBy,
            Versions = versions,
        };
    }

    private object?[] Fields() => [Name, Id, CreatedAt, CreatedBy, Labels];
}
