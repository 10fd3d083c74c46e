using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;

namespace KeyBroker.Administration;

/// <summary>What each administrative verb makes of a machine's row.</summary>
internal static class MachineChanges
{
    public static Machine Register(Machine? known, Machine registered) => known is null
        ? registered
        : throw new DeniedException(ProblemCodes.Exists, "this machine is known already");

    public static Machine Approve(Machine? known, IReadOnlyDictionary<string, string>? labels)
    {
        var machine = Require(known);
        return machine.Status == MachineStatus.Pending
            ? machine with { Status = MachineStatus.Active, Trust = TrustLevel.Approved, Labels = labels ?? machine.Labels }
            : throw new DeniedException(ProblemCodes.IdentityConflict, $"only a pending machine can be approved, this one is {machine.Status}");
    }

    public static Machine Relabel(Machine? known, IReadOnlyDictionary<string, string> labels) =>
        Require(known) with { Labels = labels };

    /// <summary>Its tokens end at once: the gate looks at the status at every use.</summary>
    public static Machine Revoke(Machine? known, string? reason) =>
        Require(known) with { Status = MachineStatus.Revoked, MayReEnroll = false, RevokeReason = reason };

    public static Machine AllowReEnrollment(Machine? known) => Require(known) with { MayReEnroll = true };

    /// <summary>For restored virtual TPMs: the next boot is the first again, and tokens so far end.</summary>
    public static Machine ResetBoot(Machine? known)
    {
        var machine = Require(known);
        return machine with { Boot = null, Epoch = machine.Epoch + 1 };
    }

    private static Machine Require(Machine? known) =>
        known ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such machine");
}
