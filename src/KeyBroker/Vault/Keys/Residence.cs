namespace KeyBroker.Vault;

/// <summary>Under which storage key an object lives, and so whether it may ever leave this TPM.</summary>
internal enum Residence
{
    Local,
    Fleet,
}
