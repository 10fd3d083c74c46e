namespace KeyBroker.Vault;

/// <summary>One version of a secret: sealed itself, or wrapped under a sealed key.</summary>
internal sealed record SecretVersion
{
    public required string SecretId { get; init; }

    public required int Version { get; init; }

    public required SealedObject Object { get; init; }

    /// <summary>The value under AES-256-GCM, where it is too long to be sealed itself.</summary>
    public byte[]? Wrapped { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
