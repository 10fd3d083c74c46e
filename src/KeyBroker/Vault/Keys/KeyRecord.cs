namespace KeyBroker.Vault;

/// <summary>A key as the store has it, with all its versions, every row's MAC checked.</summary>
internal sealed record KeyRecord : VaultItem
{
    public required string Type { get; init; }

    public required string Protection { get; init; }

    public required string Residence { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public bool Exportable { get; init; }

    public required int PrimaryVersion { get; init; }

    /// <summary>How old the primary version may get; null for any age.</summary>
    public TimeSpan? RotationPeriod { get; init; }

    /// <summary>Ascending by number.</summary>
    public required IReadOnlyList<KeyVersion> Versions { get; init; }

    public override ItemKind Kind => ItemKind.Key;

    public override int PrimaryNumber => PrimaryVersion;

    public override IReadOnlyList<ItemVersion> AllVersions => Versions;

    public KeyVersion Primary => Version(PrimaryVersion)
        ?? throw new InvalidOperationException("a key without its primary version");

    public KeyVersion? Version(int number) => Versions.FirstOrDefault(version => version.Version == number);

    public override VaultItem WithVersions(IEnumerable<ItemVersion> versions) => this with { Versions = [.. versions.Cast<KeyVersion>()] };
}
