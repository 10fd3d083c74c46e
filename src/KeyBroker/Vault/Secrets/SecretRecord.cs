namespace KeyBroker.Vault;

/// <summary>A secret as the store has it, without any value, every row's MAC checked.</summary>
internal sealed record SecretRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Ascending by number; the last is the newest.</summary>
    public required IReadOnlyList<SecretVersion> Versions { get; init; }

    public SecretVersion Newest => Versions[^1];

    public SecretVersion? Version(int number) => Versions.FirstOrDefault(version => version.Version == number);
}
