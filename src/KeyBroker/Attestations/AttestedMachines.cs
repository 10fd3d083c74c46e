using KeyBroker.Attestation;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Enrollments;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>What appraisal reads and writes of machines: active ones, their keys, and their newest boot.</summary>
internal sealed class AttestedMachines(
    Database database, MachineRecords machines, AttestationRecords attestations, AttestationKeys keys)
{
    /// <exception cref="DeniedException">machine-inactive, also for an unknown one.</exception>
    public Machine FindActive(string id) => RequireActive(database.Read(connection => machines.Find(connection, id)));

    public AttestationKey KeyOf(Machine machine) => keys.Of(machine);

    public Task AcceptBootAsync(Machine appraised, BootCounters boot) => database.WriteAsync(
        transaction =>
        {
            AcceptBoot(transaction, appraised, boot);
            return true;
        },
        CancellationToken.None);

    /// <summary>Section 4, boot order: decided on the row as it is now, and the machine is still the one that was appraised.</summary>
    /// <exception cref="DeniedException">machine-inactive or attestation-denied boot-order.</exception>
    public void AcceptBoot(WriteTransaction transaction, Machine appraised, BootCounters boot)
    {
        var machine = RequireActive(machines.Find(transaction, appraised.Id));
        if (machine.Epoch != appraised.Epoch || !machine.AkPublic.AsSpan().SequenceEqual(appraised.AkPublic))
        {
            throw Inactive();
        }

        BootOrder.Check(boot, machine.Boot);
        if (machine.Boot != boot)
        {
            machines.Save(transaction, machine with { Boot = boot });
        }
    }

    public void Insert(WriteTransaction transaction, AttestationRecord record) => attestations.Insert(transaction, record);

    private static Machine RequireActive(Machine? machine) =>
        machine is { Status: MachineStatus.Active, AkPublic: not null } ? machine : throw Inactive();

    private static DeniedException Inactive() => new(ProblemCodes.MachineInactive, "the machine is not active");
}
