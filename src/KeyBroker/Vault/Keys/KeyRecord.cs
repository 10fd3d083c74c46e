namespace KeyBroker.Vault;

/// <summary>A key as the store has it, with all its versions, every row's MAC checked.</summary>
internal sealed record KeyRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string Protection { get; init; }

    public required string Residence { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public bool Exportable { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public required int PrimaryVersion { get; init; }

    /// <summary>The state of the key as a whole; the stricter of this and the version's holds.</summary>
    public required string State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Grows with every change of the key or of one of its versions; 0 for one of an earlier schema.</summary>
    public long Revision { get; init; }

    /// <summary>How old the primary version may get; null for any age.</summary>
    public TimeSpan? RotationPeriod { get; init; }

    public KeyLife Life { get; init; } = new();

    /// <summary>Ascending by number.</summary>
    public required IReadOnlyList<KeyVersion> Versions { get; init; }

    public KeyVersion Primary => Version(PrimaryVersion)
        ?? throw new InvalidOperationException("a key without its primary version");

    public KeyVersion? Version(int number) => Versions.FirstOrDefault(version => version.Version == number);
}
