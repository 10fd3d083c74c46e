namespace KeyBroker.Client;

/// <summary>Where the private half of the encryption key is.</summary>
public enum EncryptionKeyKind
{
    /// <summary>In the TPM, which certifies it.</summary>
    Tpm = 0,

    /// <summary>In a file of the state folder.</summary>
    Software = 1,
}
