namespace KeyBroker.Client;

/// <summary>What kind of attestation key a machine makes for itself.</summary>
public enum AttestationKeyKind
{
    Ecc = 0,
    Rsa = 1,
}
