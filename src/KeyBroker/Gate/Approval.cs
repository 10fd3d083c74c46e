using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
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

    /// <summary>The attested key that secrets are encrypted to, if the machine attested one.</summary>
    public PublicJwk? Enc => Caller.Enc;

    /// <summary>SHA-256 of the request body as sent.</summary>
    public byte[] RequestDigest => Caller.RequestDigest;

    public string RequestId => Caller.RequestId;

    /// <summary>Every grant that allows this demands that bytes leave only to <see cref="Enc"/>.</summary>
    public bool OnlyToEnc { get; }

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
