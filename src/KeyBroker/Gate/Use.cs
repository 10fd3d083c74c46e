namespace KeyBroker.Gate;

/// <summary>What a body says of a use that the terms of a grant may be about.</summary>
internal sealed record Use
{
    /// <summary>A use that has neither aad nor algorithm.</summary>
    public static Use Plain { get; } = new();

    /// <summary>Null for none, which is as good as no bytes.</summary>
    public byte[]? Aad { get; init; }

    public string? Algorithm { get; init; }
}
