using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>The ways a machine comes to be trusted, as enrolment records them.</summary>
public static class TrustLevel
{
    public const string EkCertificate = "ek-certificate";
    public const string PreRegistered = "pre-registered";
    public const string Approved = "approved";

    /// <summary>Nobody enrolled: a remote verifier vouches. Only policies that name it select such a caller.</summary>
    public const string Verifier = "verifier";

    /// <summary>The levels that a policy may ask of machines.</summary>
    public static ImmutableArray<string> All { get; } = [EkCertificate, PreRegistered, Approved];

    /// <summary>What a policy accepts that names no trust: a hand-approved machine is not among it.</summary>
    public static ImmutableArray<string> Default { get; } = [EkCertificate, PreRegistered];
}
