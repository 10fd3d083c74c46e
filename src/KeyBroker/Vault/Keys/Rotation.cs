namespace KeyBroker.Vault;

/// <summary>How a key's next version is wanted.</summary>
internal sealed record Rotation
{
    /// <summary>Whether the new version is the primary one at once, or waits to be activated.</summary>
    public bool Activate { get; init; } = true;

    /// <summary>Throws where the key is not as the one who asks believes; asked before the TPM works, and again in the commit.</summary>
    public Action<KeyRecord>? Require { get; init; }
}
