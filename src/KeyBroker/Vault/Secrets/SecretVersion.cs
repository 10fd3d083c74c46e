namespace KeyBroker.Vault;

/// <summary>One version of a secret: sealed itself, or wrapped under a sealed key.</summary>
internal sealed record SecretVersion : ItemVersion
{
    public required string SecretId { get; init; }

    public override ItemKind Kind => ItemKind.Secret;
}
