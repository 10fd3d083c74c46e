namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>Where the bytes of a use go, in the order of how well they are kept there.</summary>
public enum Destination
{
    /// <summary>Into the answer.</summary>
    Clear = 0,

    /// <summary>To the attested key.</summary>
    Enc = 1,

    /// <summary>To a key that the machine's TPM certified, or into that TPM.</summary>
    Tpm = 2,
}
