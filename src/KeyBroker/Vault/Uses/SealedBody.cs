namespace KeyBroker.Vault;

/// <summary>What came to be opened: the bytes of a ciphertext and the aad that is said to belong to them.</summary>
internal sealed record SealedBody(byte[] Bytes, byte[]? Aad);
