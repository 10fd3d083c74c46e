namespace KeyBroker.Client;

/// <summary>Where the private half of the key is that proves possession of a token.</summary>
public enum ProofKeyKind
{
    /// <summary>In a file of the state folder.</summary>
    Software = 0,

    /// <summary>In the TPM, which certifies it and signs each proof.</summary>
    Tpm = 1,
}
