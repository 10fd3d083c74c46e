namespace KeyBroker.Vault;

/// <summary>One version of a key, and which TPM is its home.</summary>
internal sealed record KeyVersion : ItemVersion
{
    public required string KeyId { get; init; }

    /// <summary>Canonical public JWK; null for symmetric keys.</summary>
    public string? PublicJwk { get; init; }

    /// <summary>The name of the TPM that can load it, hex; empty for a fleet key.</summary>
    public required string Home { get; init; }

    /// <summary>Since when it is, or was, the one that encrypts and signs.</summary>
    public DateTimeOffset ActiveSince => Life.ActivatedAt ?? CreatedAt;

    public override ItemKind Kind => ItemKind.Key;
}
