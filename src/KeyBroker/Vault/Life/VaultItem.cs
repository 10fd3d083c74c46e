namespace KeyBroker.Vault;

/// <summary>What the vault keeps under a name, a key or a secret: with versions, a state and a life.</summary>
internal abstract record VaultItem
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The state of the whole; the stricter of this and the version's holds.</summary>
    public required string State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Grows with every change of the whole or of one of its versions; 0 for one of an earlier schema.</summary>
    public long Revision { get; init; }

    public ItemLife Life { get; init; } = new();

    public abstract ItemKind Kind { get; }

    /// <summary>The version that serves where none is named.</summary>
    public abstract int PrimaryNumber { get; }

    /// <summary>The versions of whatever kind, ascending by number.</summary>
    public abstract IReadOnlyList<ItemVersion> AllVersions { get; }

    public ItemVersion PrimaryOne => Numbered(PrimaryNumber)
        ?? throw new InvalidOperationException("something without its primary version");

    public ItemVersion? Numbered(int number) => AllVersions.FirstOrDefault(version => version.Version == number);

    /// <summary>The same with other versions, which are of its own kind.</summary>
    public abstract VaultItem WithVersions(IEnumerable<ItemVersion> versions);
}
