using System.Collections.Immutable;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>
/// Grants that let a caller come to a resource with a verb, on terms that only the body can meet: <see cref="Meeting"/> makes
/// the approval of them that handlers ask for.
/// </summary>
internal class Admission
{
    private Admission(Caller caller, (string Verb, ResourceKind Kind, string Name) wanted, ImmutableArray<Granted> grants, bool isLeft)
    {
        (Caller, Grants, IsLeft) = (caller, grants, isLeft);
        (Verb, ResourceKind, ResourceName) = wanted;
    }

    protected Admission(Admission admission, ImmutableArray<Granted> met)
        : this(admission.Caller, (admission.Verb, admission.ResourceKind, admission.ResourceName), met, admission.IsLeft)
    {
    }

    public Caller Caller { get; }

    public string Machine => Caller.Machine;

    /// <summary>The grants that still hold, by policy; never none.</summary>
    public ImmutableArray<Granted> Grants { get; }

    /// <summary>PRO-9. False where every grant was used as often as it may be: then an answer that was given before may be given again, and no other.</summary>
    public bool IsLeft { get; }

    /// <summary>The first granting policy by name.</summary>
    public string Policy => Grants[0].Policy.Name;

    public string PolicyDigest => Grants[0].Policy.Digest;

    public string Jti => Caller.Jti;

    public string Verb { get; }

    public ResourceKind ResourceKind { get; }

    public string ResourceName { get; }

    /// <summary>The machine as it is enrolled now.</summary>
    public Machine Enrolled => Caller.Enrolled;

    /// <summary>The registers behind the token.</summary>
    public MeasuredState Measured => Caller.Measured;

    /// <summary>SHA-256 of the request body as sent.</summary>
    public byte[] RequestDigest => Caller.RequestDigest;

    public string RequestId => Caller.RequestId;

    /// <summary><c>keys/NAME</c> or <c>secrets/NAME</c>.</summary>
    public string Resource => PathOf(ResourceKind, ResourceName);

    /// <summary>The table of contract section 5, from the grants on.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="wanted">What for.</param>
    /// <param name="facts">What the terms of grants may ask beside.</param>
    /// <exception cref="DeniedException">operation-denied or not-found.</exception>
    public static Admission Of(Caller caller, (string Verb, ResourceKind Kind, string Name) wanted, GrantFacts facts)
    {
        // POL-57. What is somebody else's is as if no grant named it, and so is what does not exist.
        var covering = facts.Owned(caller, wanted).ToArray();
        var allowing = covering.Where(granted => granted.Grant.Allows(wanted.Kind, wanted.Name, wanted.Verb)).ToArray();
        if (allowing.Length == 0)
        {
            // Whether the name exists plays no part in any of these answers.
            throw covering.Length > 0 || IsMaking(wanted.Verb)
                ? NotGranted(wanted.Verb)
                : new DeniedException(ProblemCodes.NotFound, "there is nothing by this name");
        }

        return Open(caller, wanted, allowing, facts);
    }

    /// <summary>POL-50. The approval of this very use, by the grants whose every term it meets.</summary>
    /// <exception cref="DeniedException">operation-denied: it meets those of none.</exception>
    public Approval Meeting(Use use) => Approval.Of(this, use);

    public static string PathOf(ResourceKind kind, string name) => (kind == ResourceKind.Key ? "keys/" : "secrets/") + name;

    /// <summary>What the audit says about an operation that was let in.</summary>
    public AuditSubject Audit(string operation, int? version = null) => Caller.Audit(operation) with
    {
        Resource = Resource,
        Version = version,
        Policy = Policy,
        PolicyDigest = PolicyDigest,
    };

    public static DeniedException NotGranted(string verb) =>
        new(ProblemCodes.OperationDenied, $"no policy in force grants {verb} on this name");

    public static DeniedException NotOnTheseTerms(string verb, string why) =>
        new(ProblemCodes.OperationDenied, $"no policy in force grants {verb} on this name in this way: {why}");

    public static DeniedException UsedUp(string verb) => NotOnTheseTerms(verb, "it was used as often as it may be");

    private static Admission Open(
        Caller caller, (string Verb, ResourceKind Kind, string Name) wanted, IEnumerable<Granted> allowing, GrantFacts facts)
    {
        var proven = allowing.Where(granted => caller.ProvesFor(granted.Terms)).ToArray();
        if (proven.Length == 0)
        {
            throw NotOnTheseTerms(wanted.Verb, "the proof key is none that the machine's TPM certified");
        }

        ImmutableArray<Granted> fresh = [.. proven.Where(granted => caller.IsFreshFor(granted.Terms))];
        if (fresh.IsEmpty)
        {
            throw NotOnTheseTerms(wanted.Verb, "the attestation is not as fresh as it must be");
        }

        ImmutableArray<Granted> left = [.. fresh.Where(granted => facts.IsLeft(granted, caller, wanted))];
        return left.IsEmpty && !IsOnce(wanted.Verb)
            ? throw UsedUp(wanted.Verb)
            : new Admission(caller, wanted, left.IsEmpty ? fresh : left, isLeft: !left.IsEmpty);
    }

    // What an Idempotency-Key is for.
    private static bool IsOnce(string verb) => IsMaking(verb) || verb == Attestation.Policies.Verb.Rotate;

    private static bool IsMaking(string verb) => verb is Attestation.Policies.Verb.Create or Attestation.Policies.Verb.Seal;
}
