namespace KeyBroker.Client;

/// <summary>A secret that this machine's TPM has taken in, as it is kept until it is opened.</summary>
public sealed record SealedSecret(string Name, int Version)
{
    /// <summary>TPM2B_PUBLIC.</summary>
    public required byte[] Public { get; init; }

    /// <summary>The content of the TPM2B_PRIVATE that the TPM made of the import.</summary>
    public required byte[] Private { get; init; }

    /// <summary>The name of the storage root key, in hex.</summary>
    public required string Parent { get; init; }

    /// <summary>The registers it depends on, like <c>sha256:0,7</c>.</summary>
    public required string Pcrs { get; init; }

    /// <summary>What they held, in their order, in hex: no secret, and only to say which one differs.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>The value under the sealed key, where it is too long to be sealed itself.</summary>
    public string? Jwe { get; init; }

    public override string ToString() => $"{Name} version {Version}";
}
