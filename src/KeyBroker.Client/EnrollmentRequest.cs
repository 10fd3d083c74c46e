using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.Client;

/// <summary>How a machine wants to be known.</summary>
public sealed record EnrollmentRequest(string Name)
{
    public EndorsementKeyKind EndorsementKey { get; init; }

    public AttestationKeyKind AttestationKey { get; init; }

    /// <summary>Sent in place of the one that the TPM holds.</summary>
    public EndorsementCertificate? Certificate { get; init; }

    /// <summary>Send no certificate at all, also where the TPM holds one.</summary>
    public bool WithoutCertificate { get; init; }

    /// <summary>Make a new attestation key even if the state folder holds one.</summary>
    public bool NewKey { get; init; }
}
