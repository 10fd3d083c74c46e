using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Pipeline;

namespace KeyBroker.Gate;

/// <summary>A token of an active machine's present boot, shown by the holder of its key for this one request.</summary>
internal sealed class PossessedToken
{
    private PossessedToken(Machine machine, AttestationRecord attestation) => (Machine, Attestation) = (machine, attestation);

    public Machine Machine { get; }

    public AttestationRecord Attestation { get; }

    public required byte[] RequestDigest { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The first two rows of the table in contract section 5.</summary>
    /// <exception cref="DeniedException">token-invalid or machine-inactive.</exception>
    public static PossessedToken Check(
        Machine? machine, AttestationRecord? attestation, DpopProof proof, (byte[] Digest, string Id) request)
    {
        if (machine is null || attestation is null || attestation.Machine != machine.Id || attestation.CnfThumbprint != proof.Key.Thumbprint)
        {
            throw new DeniedException(ProblemCodes.TokenInvalid, "the token is not known");
        }

        if (machine.Status != MachineStatus.Active)
        {
            throw new DeniedException(ProblemCodes.MachineInactive, "the machine is not active");
        }

        return machine.Boot == attestation.Boot
            ? new PossessedToken(machine, attestation) { RequestDigest = request.Digest, RequestId = request.Id }
            : throw new DeniedException(ProblemCodes.TokenInvalid, "the token is of an earlier boot");
    }

    public AuditSubject Audit(string operation) => new(operation)
    {
        Machine = Machine.Id,
        Jti = Attestation.Jti,
        RequestId = RequestId,
        RequestDigest = RequestDigest,
    };
}
