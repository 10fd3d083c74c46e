using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;

namespace KeyBroker.Gate;

/// <summary>A token of an active machine's present boot, whoever shows it.</summary>
internal sealed class StandingToken
{
    private StandingToken(Machine machine, AttestationRecord attestation) => (Machine, Attestation) = (machine, attestation);

    public Machine Machine { get; }

    public AttestationRecord Attestation { get; }

    /// <summary>The first two rows of the table in contract section 5.</summary>
    /// <exception cref="DeniedException">token-invalid, token-expired or machine-inactive.</exception>
    public static StandingToken Check(Machine? machine, AttestationRecord? attestation, string thumbprint, DateTimeOffset now)
    {
        if (machine is null || attestation is null || attestation.IsDenied || attestation.Machine != machine.Id || attestation.CnfThumbprint != thumbprint)
        {
            throw new DeniedException(ProblemCodes.TokenInvalid, "the token is not known");
        }

        if (now >= attestation.ExpiresAt)
        {
            throw new DeniedException(ProblemCodes.TokenExpired, "the token ended: attest again");
        }

        return new StandingToken(machine, attestation).Of(machine);
    }

    /// <summary>USE-8. The same of the machine as it is by now.</summary>
    /// <exception cref="DeniedException">token-invalid or machine-inactive.</exception>
    public StandingToken Of(Machine machine)
    {
        if (machine.Epoch != Attestation.Epoch || machine.Boot != Attestation.Boot)
        {
            throw new DeniedException(ProblemCodes.TokenInvalid, "the token is of an earlier boot");
        }

        return machine.Status == MachineStatus.Active
            ? new StandingToken(machine, Attestation)
            : throw new DeniedException(ProblemCodes.MachineInactive, "the machine is not active");
    }

    /// <exception cref="DeniedException">attestation-denied with the reasons of every policy that selects this machine.</exception>
    public Decision Decide(PolicySet policies, DateTimeOffset now)
    {
        var decision = policies.Decide(Machine.Facts, Attestation.Measured, now);
        return decision.IsAllowed
            ? decision
            : throw new DeniedException(ProblemCodes.AttestationDenied, decision.Reasons, "no policy in force holds for this machine's state");
    }
}
