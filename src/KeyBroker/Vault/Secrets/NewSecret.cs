namespace KeyBroker.Vault;

/// <summary>A value that is to become the next version of a secret.</summary>
internal sealed record NewSecret(string Name, ReadOnlyMemory<byte> Value, string CreatedBy)
{
    /// <summary>Null leaves the labels as they are.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Its first version is wanted, and no next one.</summary>
    public bool IsNew { get; init; }

    /// <summary>What the caller demands of the secret as it is, read where its next version is decided; may throw DeniedException.</summary>
    public Action<VaultItem>? Require { get; init; }
}
