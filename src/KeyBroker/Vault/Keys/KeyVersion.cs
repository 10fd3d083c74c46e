namespace KeyBroker.Vault;

/// <summary>One version of a key: the TPM object, its state, and which TPM is its home.</summary>
internal sealed record KeyVersion
{
    public required string KeyId { get; init; }

    public required int Version { get; init; }

    public required string State { get; init; }

    public required SealedObject Object { get; init; }

    /// <summary>The key material under the sealed key, where it is too long to be sealed itself.</summary>
    public byte[]? Wrapped { get; init; }

    /// <summary>Canonical public JWK; null for symmetric keys.</summary>
    public string? PublicJwk { get; init; }

    /// <summary>The name of the TPM that can load it, hex; empty for a fleet key.</summary>
    public required string Home { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public VersionLife Life { get; init; } = new();

    /// <summary>Since when it is, or was, the one that encrypts and signs.</summary>
    public DateTimeOffset ActiveSince => Life.ActivatedAt ?? CreatedAt;
}
