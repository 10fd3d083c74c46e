namespace KeyBroker.Vault;

/// <summary>What a caller asks for when a key is to be made; untrusted until <see cref="KeyDesign"/> accepts it.</summary>
internal sealed record KeySpec(string Name, string Type, string CreatedBy)
{
    public string? Protection { get; init; }

    public string? Residence { get; init; }

    public IReadOnlyList<string>? Operations { get; init; }

    public bool Exportable { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
