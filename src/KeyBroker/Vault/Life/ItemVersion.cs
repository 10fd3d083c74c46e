namespace KeyBroker.Vault;

/// <summary>One version of what the vault keeps: the TPM object, its state, and how it came to it.</summary>
internal abstract record ItemVersion
{
    public required int Version { get; init; }

    public required string State { get; init; }

    public required SealedObject Object { get; init; }

    /// <summary>What is kept under the sealed key, where it is too long to be sealed itself.</summary>
    public byte[]? Wrapped { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public VersionLife Life { get; init; } = new();

    public abstract ItemKind Kind { get; }
}
