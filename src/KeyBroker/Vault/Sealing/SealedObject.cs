namespace KeyBroker.Vault;

/// <summary>A TPM object at rest: its public area, its private area, and where it was made.</summary>
/// <param name="Public">TPM2B_PUBLIC (Part 2, 12.2.5).</param>
/// <param name="Private">TPM2B_PRIVATE (Part 2, 12.3.7).</param>
internal sealed record SealedObject(byte[] Public, byte[] Private)
{
    /// <summary>TPMS_CREATION_DATA (Part 2, 15.1).</summary>
    public byte[] CreationData { get; init; } = [];

    public byte[] CreationHash { get; init; } = [];

    /// <summary>TPMT_TK_CREATION (Part 2, 10.6.3); a kept one still certifies after a reset.</summary>
    public byte[] CreationTicket { get; init; } = [];
}
