using System.Text.Json;

namespace KeyBroker.Vault;

/// <summary>What the rows of <c>keys</c> and <c>secrets</c> share.</summary>
internal abstract class ItemRow
{
    public string Name { get; set; } = "";

    public string Id { get; set; } = "";

    public string Labels { get; set; } = "";

    public string State { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public long Revision { get; set; }

    public string? Life { get; set; }

    public byte[] Mac { get; set; } = [];

    protected Dictionary<string, string> ReadLabels() => JsonSerializer.Deserialize<Dictionary<string, string>>(Labels)!;

    protected void Take(VaultItem item)
    {
        Name = item.Name;
        Id = item.Id;
        Labels = JsonSerializer.Serialize(item.Labels);
        State = item.State;
        CreatedAt = item.CreatedAt.ToUnixTimeMilliseconds();
        CreatedBy = item.CreatedBy;
        Revision = item.Revision;
        Life = LifeJson.Write(item.Life);
    }
}
