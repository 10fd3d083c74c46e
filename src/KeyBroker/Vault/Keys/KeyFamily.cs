namespace KeyBroker.Vault;

/// <summary>The kind of cryptography behind a key type.</summary>
internal enum KeyFamily
{
    Ec,
    Rsa,
    Hmac,
    Aes,
}
