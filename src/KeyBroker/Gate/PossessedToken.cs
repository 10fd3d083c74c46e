using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>A token of an active machine's present boot, shown by the holder of its key for this one request.</summary>
internal sealed class PossessedToken
{
    private readonly SpentProof _proof;

    private PossessedToken(Machine machine, AttestationRecord attestation, SpentProof proof) =>
        (Machine, Attestation, _proof) = (machine, attestation, proof);

    public Machine Machine { get; }

    public AttestationRecord Attestation { get; }

    public required byte[] RequestDigest { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The first two rows of the table in contract section 5.</summary>
    /// <exception cref="DeniedException">token-invalid or machine-inactive.</exception>
    public static PossessedToken Check(
        Machine? machine, AttestationRecord? attestation, (DpopProof Proof, SpentProof Spent) shown, (byte[] Digest, string Id, DateTimeOffset ReadAt) request)
    {
        if (machine is null || attestation is null || attestation.IsDenied || attestation.Machine != machine.Id || attestation.CnfThumbprint != shown.Proof.Key.Thumbprint)
        {
            throw new DeniedException(ProblemCodes.TokenInvalid, "the token is not known");
        }

        // Again after the body was read, which a caller may send as slowly as it likes.
        if (request.ReadAt >= attestation.ExpiresAt)
        {
            throw new DeniedException(ProblemCodes.TokenExpired, "the token ended: attest again");
        }

        RequireStanding(machine, attestation);
        return new PossessedToken(machine, attestation, shown.Spent) { RequestDigest = request.Digest, RequestId = request.Id };
    }

    /// <summary>USE-8. The same of the machine as it is by now.</summary>
    /// <exception cref="DeniedException">token-invalid or machine-inactive.</exception>
    public PossessedToken Of(Machine now)
    {
        RequireStanding(now, Attestation);
        return new PossessedToken(now, Attestation, _proof) { RequestDigest = RequestDigest, RequestId = RequestId };
    }

    private static void RequireStanding(Machine machine, AttestationRecord attestation)
    {
        if (machine.Epoch != attestation.Epoch || machine.Boot != attestation.Boot)
        {
            throw new DeniedException(ProblemCodes.TokenInvalid, "the token is of an earlier boot");
        }

        if (machine.Status != MachineStatus.Active)
        {
            throw new DeniedException(ProblemCodes.MachineInactive, "the machine is not active");
        }
    }

    public AuditSubject Audit(string operation) => new(operation)
    {
        Machine = Machine.Id,
        Jti = Attestation.Jti,
        RequestId = RequestId,
        RequestDigest = RequestDigest,
        Spends = _proof,
    };
}
