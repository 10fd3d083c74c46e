namespace KeyBroker.Vault;

/// <summary>What a ciphertext holds. One of another purpose does not open, because the grants for the two differ.</summary>
internal enum CipherPurpose
{
    /// <summary>Of encrypt, for decrypt.</summary>
    Data,

    /// <summary>Of wrap and data-key, for unwrap.</summary>
    Key,
}
