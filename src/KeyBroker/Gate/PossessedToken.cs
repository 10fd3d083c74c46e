using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>A token of an active machine's present boot, shown by the holder of its key for this one request.</summary>
internal sealed class PossessedToken
{
    private readonly SpentProof _proof;

    private PossessedToken(StandingToken standing, SpentProof proof) => (Standing, _proof) = (standing, proof);

    public StandingToken Standing { get; }

    public Machine Machine => Standing.Machine;

    public AttestationRecord Attestation => Standing.Attestation;

    public required byte[] RequestDigest { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The first two rows of the table in contract section 5.</summary>
    /// <exception cref="DeniedException">token-invalid, token-expired or machine-inactive.</exception>
    public static PossessedToken Check(
        Machine? machine, AttestationRecord? attestation, (DpopProof Proof, SpentProof Spent) shown, (byte[] Digest, string Id, DateTimeOffset ReadAt) request)
    {
        // The body was read before, which a caller may send as slowly as it likes.
        var standing = StandingToken.Check(machine, attestation, shown.Proof.Key.Thumbprint, request.ReadAt);
        return new PossessedToken(standing, shown.Spent) { RequestDigest = request.Digest, RequestId = request.Id };
    }

    /// <summary>USE-8. The same of the machine as it is by now.</summary>
    /// <exception cref="DeniedException">token-invalid or machine-inactive.</exception>
    public PossessedToken Of(Machine now) => new(Standing.Of(now), _proof) { RequestDigest = RequestDigest, RequestId = RequestId };

    public AuditSubject Audit(string operation) => new(operation)
    {
        Machine = Machine.Id,
        Jti = Attestation.Jti,
        RequestId = RequestId,
        RequestDigest = RequestDigest,
        Spends = _proof,
    };
}
