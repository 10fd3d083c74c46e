namespace KeyBroker.Vault;

/// <summary>What a ciphertext held, and what it was made for; the holder wipes it.</summary>
internal sealed record OpenedBody(CipherPurpose Purpose, byte[] Content)
{
    public override string ToString() => nameof(OpenedBody);
}
