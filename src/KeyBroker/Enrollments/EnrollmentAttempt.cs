using KeyBroker.Attestation.Certificates;

namespace KeyBroker.Enrollments;

/// <summary>One attempt to enrol: what was asked, and the hash of the secret that proves it.</summary>
internal sealed record EnrollmentAttempt(string Id, string Machine, string Name, byte[] EkPublic, byte[] AkPublic)
{
    /// <summary>What an accepted certificate said; null where there was none.</summary>
    public CertifiedTpm? Tpm { get; init; }

    public required byte[] SecretHash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
