namespace KeyBroker.Client;

/// <summary>Which of the TCG's default endorsement keys a machine is known by.</summary>
public enum EndorsementKeyKind
{
    Ecc = 0,
    Rsa = 1,
}
