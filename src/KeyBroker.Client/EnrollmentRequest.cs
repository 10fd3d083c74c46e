namespace KeyBroker.Client;

/// <summary>How a machine wants to be known.</summary>
public sealed record EnrollmentRequest(string Name)
{
    public EndorsementKeyKind EndorsementKey { get; init; }

    public AttestationKeyKind AttestationKey { get; init; }

    /// <summary>Make a new attestation key even if the state folder holds one.</summary>
    public bool NewKey { get; init; }
}
