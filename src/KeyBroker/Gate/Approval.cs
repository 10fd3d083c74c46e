using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>Proof that this caller may do this to this resource now. No message that touches a key exists without one.</summary>
internal sealed class Approval
{
    private Approval(Caller caller, Policy policy, string verb, ResourceKind kind, string name)
    {
        (Caller, Verb, ResourceKind, ResourceName) = (caller, verb, kind, name);
        (Policy, PolicyDigest) = (policy.Name, policy.Digest);
        OnlyToEnc = caller.Decision.OnlyToEnc(kind, name, verb);
        OnlyToTpm = caller.Decision.OnlyToTpm(kind, name, verb);
    }

    public Caller Caller { get; }

    public string Machine => Caller.Machine;

    /// <summary>The first granting policy by name.</summary>
    public string Policy { get; }

    public string PolicyDigest { get; }

    public string Jti => Caller.Jti;

    public string Verb { get; }

    public ResourceKind ResourceKind { get; }

    public string ResourceName { get; }

    /// <summary>The machine as it is enrolled now.</summary>
    public Machine Enrolled => Caller.Enrolled;

    /// <summary>The registers behind the token.</summary>
    public MeasuredState Measured => Caller.Measured;

    /// <summary>The attested key that bytes may be encrypted to; null where there is none, or none that the grants are content with.</summary>
    public PublicJwk? Enc => OnlyToTpm && Caller.Residents.Enc is null ? null : Caller.Enc;

    /// <summary>SHA-256 of the request body as sent.</summary>
    public byte[] RequestDigest => Caller.RequestDigest;

    public string RequestId => Caller.RequestId;

    /// <summary>Every grant that allows this demands that bytes leave only to <see cref="Enc"/>.</summary>
    public bool OnlyToEnc { get; }

    /// <summary>Every grant that allows this demands a recipient that the machine's own TPM holds.</summary>
    public bool OnlyToTpm { get; }

    /// <summary><c>keys/NAME</c> or <c>secrets/NAME</c>.</summary>
    public string Resource => PathOf(ResourceKind, ResourceName);

    /// <summary>The table of contract section 5, from the grants on.</summary>
    /// <exception cref="DeniedException">operation-denied or not-found.</exception>
    public static Approval Grant(Caller caller, string verb, ResourceKind kind, string name)
    {
        if (caller.Decision.FirstGranting(kind, name, verb) is { } policy)
        {
            return new Approval(caller, policy, verb, kind, name);
        }

        // Whether the name exists plays no part in any of these answers.
        throw verb is Attestation.Policies.Verb.Create or Attestation.Policies.Verb.Seal || caller.Decision.AnyGrant(kind, name)
            ? new DeniedException(ProblemCodes.OperationDenied, $"no policy in force grants {verb} on this name")
            : new DeniedException(ProblemCodes.NotFound, "there is nothing by this name");
    }

    /// <summary>The attested key that bytes may be encrypted to.</summary>
    /// <exception cref="DeniedException">operation-unsupported: none was attested; operation-denied: the grants demand one in a TPM.</exception>
    public PublicJwk RequireEnc() => Enc ?? throw (Caller.Enc is null
        ? Recipient.NotAttested()
        : new DeniedException(ProblemCodes.OperationDenied, "the policy grants this only to an enc key that the machine's TPM certified"));

    public static string PathOf(ResourceKind kind, string name) => (kind == ResourceKind.Key ? "keys/" : "secrets/") + name;

    /// <summary>What the audit says about an operation under this approval.</summary>
    public AuditSubject Audit(string operation, int? version = null) => Caller.Audit(operation) with
    {
        Resource = Resource,
        Version = version,
        Policy = Policy,
        PolicyDigest = PolicyDigest,
    };
}
