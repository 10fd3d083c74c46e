namespace KeyBroker.Vault;

/// <summary>A secret as the store has it, without any value, every row's MAC checked.</summary>
internal sealed record SecretRecord : VaultItem
{
    /// <summary>Ascending by number; the last is the newest, and the primary one.</summary>
    public required IReadOnlyList<SecretVersion> Versions { get; init; }

    public SecretVersion Newest => Versions[^1];

    public override ItemKind Kind => ItemKind.Secret;

    public override int PrimaryNumber => Newest.Version;

    public override IReadOnlyList<ItemVersion> AllVersions => Versions;

    public SecretVersion? Version(int number) => Versions.FirstOrDefault(version => version.Version == number);

    public override VaultItem WithVersions(IEnumerable<ItemVersion> versions) => this with { Versions = [.. versions.Cast<SecretVersion>()] };
}
