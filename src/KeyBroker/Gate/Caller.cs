using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>An active machine whose token, proof and measured state hold under the policies now in force.</summary>
internal sealed class Caller
{
    private readonly DateTimeOffset _now;

    private Caller(PossessedToken token, PolicySet policies, Decision decision, DateTimeOffset now) =>
        (Token, Policies, Decision, _now) = (token, policies, decision, now);

    /// <summary>By which it was decided.</summary>
    public PolicySet Policies { get; }

    public Decision Decision { get; }

    public string Machine => Token.Machine.Id;

    public string Jti => Token.Attestation.Jti;

    public PublicJwk? Enc => Token.Attestation.Enc;

    /// <summary>The machine as it is enrolled now.</summary>
    public Machine Enrolled => Token.Machine;

    /// <summary>The registers behind the token.</summary>
    public MeasuredState Measured => Token.Attestation.Measured;

    /// <summary>Which of the attested keys the machine's own TPM holds.</summary>
    public ResidentKeys Residents => Token.Attestation.Residents;

    public byte[] RequestDigest => Token.RequestDigest;

    public string RequestId => Token.RequestId;

    private PossessedToken Token { get; }

    /// <exception cref="DeniedException">attestation-denied with the reasons of every policy that selects this machine.</exception>
    public static Caller Check(PossessedToken token, PolicySet policies, DateTimeOffset now) =>
        new(token, policies, token.Standing.Decide(policies, now), now);

    /// <summary>USE-8. The same, of the machine and by the policies as they are by now.</summary>
    /// <exception cref="DeniedException">token-invalid, machine-inactive or attestation-denied.</exception>
    public Caller Again(Machine machine, PolicySet policies, DateTimeOffset now) => Check(Token.Of(machine), policies, now);

    /// <summary>True when a policy that holds grants this on terms that this caller meets.</summary>
    /// <param name="createdBy">Who made what has the name.</param>
    public bool May(string verb, ResourceKind kind, string name, string createdBy) => Granting(verb, kind, name, createdBy).Any();

    /// <summary>The grants of this on terms that this caller meets, whether or not they are used up.</summary>
    /// <inheritdoc cref="May"/>
    public IEnumerable<Granted> Granting(string verb, ResourceKind kind, string name, string createdBy) => Decision.Covering(kind, name).Where(granted =>
        granted.Grant.Allows(kind, name, verb) && ProvesFor(granted.Terms) && IsFreshFor(granted.Terms) && granted.Terms.IsAboutWhatWasMadeBy(createdBy, Machine));

    /// <summary>POL-55, POL-56. True when the attestation is young enough, and made for this request where it must be.</summary>
    public bool IsFreshFor(GrantTerms terms) =>
        (terms.TokenAge is not { } age || _now - Token.Attestation.IssuedAt < age)
        && (!terms.ForThisRequest || Token.Attestation.ForRequest?.AsSpan().SequenceEqual(RequestDigest) == true);

    /// <summary>POL-66. True when the token is bound to a key that the machine's TPM certified, where it must be.</summary>
    public bool ProvesFor(GrantTerms terms) => !terms.ProofKeyInTpm || Residents.Cnf is not null;

    public AuditSubject Audit(string operation) => Token.Audit(operation);
}
