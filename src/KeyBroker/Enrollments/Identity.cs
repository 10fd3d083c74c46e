using System.Data;
using KeyBroker.Attestation;

namespace KeyBroker.Enrollments;

/// <summary>The rules of section 3 on who may be whom; (EK, AK, name) do not change after activation.</summary>
internal static class Identity
{
    /// <exception cref="DeniedException">identity-conflict, or machine-inactive for a revoked machine.</exception>
    public static void RefuseConflict(Machine? known, string name, byte[] ekPublic, byte[] akPublic)
    {
        if (known is null or { MayReEnroll: true })
        {
            return;
        }

        if (known.Status == MachineStatus.Revoked)
        {
            throw new DeniedException(ProblemCodes.MachineInactive, "the machine is not active");
        }

        var same = known.AkPublic is null ? known.Name == name : known.HasKeys(name, ekPublic, akPublic);
        if (!same)
        {
            throw Conflict("this TPM is known under another name or attestation key");
        }
    }

    /// <exception cref="DeniedException">identity-conflict.</exception>
    public static void RefuseTakenName(IDbConnection connection, string name, string id, IDbTransaction? transaction)
    {
        if (MachineRecords.NameIsTaken(connection, name, id, transaction))
        {
            throw Conflict("another machine has this name");
        }
    }

    private static DeniedException Conflict(string message) => new(ProblemCodes.IdentityConflict, message);
}
