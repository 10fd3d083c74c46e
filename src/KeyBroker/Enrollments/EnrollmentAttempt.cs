namespace KeyBroker.Enrollments;

/// <summary>One attempt to enrol: what was asked, and the hash of the secret that proves it.</summary>
internal sealed record EnrollmentAttempt(string Id, string Machine, string Name, byte[] EkPublic, byte[] AkPublic)
{
    public required byte[] SecretHash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
