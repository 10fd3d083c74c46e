using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;
using KeyBroker.Storage;
using KeyBroker.Verifiers;

namespace KeyBroker.Attestations;

/// <summary>
/// VER-31, VER-32. Callers that a remote verifier vouches for: rows among the machines, made by their first token, so that
/// whatever an administrator can do to a machine can be done to them.
/// </summary>
internal sealed class VouchedCallers(Database database, MachineRecords machines, AttestationRecords attestations, TimeProvider time)
{
    /// <summary>The row as it is, or as the first token will make it.</summary>
    /// <exception cref="DeniedException">machine-inactive: an administrator revoked it.</exception>
    public Machine Find(VerifiedResult verified)
    {
        var id = VouchedId.Of(verified.Result.Verifier, verified.Subject);
        var known = database.Read(connection => machines.Find(connection, id));
        return Admit(known, () => new Machine(id, id, MachineStatus.Active, time.GetUtcNow()) { Trust = TrustLevel.Verifier });
    }

    /// <summary>What keeps an attestation once it is the writer's turn.</summary>
    public Action<WriteTransaction> Prepare(Machine appraised, AttestationRecord record)
    {
        var prepared = database.Read(connection => attestations.Prepare(connection, record, eventLog: null));
        return transaction =>
        {
            var known = machines.Find(transaction, appraised.Id);
            var caller = Admit(known, () => appraised) with { Boot = record.Boot };
            if (caller.Epoch != record.Epoch)
            {
                throw Inactive(); // An administrator was faster.
            }

            if (caller != known)
            {
                machines.Save(transaction, caller);
            }

            AttestationRecords.Insert(transaction, prepared);
        };
    }

    // Revoked, and then allowed to come again: its former tokens stay void.
    private static Machine Admit(Machine? known, Func<Machine> make) => known switch
    {
        null => make(),
        { Status: MachineStatus.Active } => known,
        { Status: MachineStatus.Revoked, MayReEnroll: true } => known with
        {
            Status = MachineStatus.Active,
            MayReEnroll = false,
            RevokeReason = null,
            Epoch = known.Epoch + 1,
        },
        _ => throw Inactive(),
    };

    private static DeniedException Inactive() => new(ProblemCodes.MachineInactive, "this caller is not active");
}
