using KeyBroker.Attestation;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Enrollments;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>What appraisal reads and writes of machines: active ones, their keys, and their newest boot.</summary>
internal sealed class AttestedMachines(
    Database database, MachineRecords machines, AttestationRecords attestations, EventLogRecords logs, AttestationKeys keys,
    TrustedEndorsements endorsements)
{
    /// <exception cref="DeniedException">machine-inactive, also for an unknown one.</exception>
    public Machine FindActive(string id) => RequireActive(database.Read(connection => machines.Find(connection, id)));

    public AttestationKey KeyOf(Machine machine) => keys.Of(machine);

    /// <summary>Keeps an attestation, which makes its boot the newest.</summary>
    public Task KeepAsync(Machine appraised, AttestationRecord record, byte[]? eventLog) =>
        database.WriteAsync(Prepare(appraised, record, eventLog), CancellationToken.None);

    /// <summary>What keeps an attestation once it is the writer's turn.</summary>
    public Action<WriteTransaction> Prepare(Machine appraised, AttestationRecord record, byte[]? eventLog)
    {
        var prepared = database.Read(connection => attestations.Prepare(connection, record, eventLog));
        return transaction =>
        {
            AcceptBoot(transaction, appraised, record.Boot);
            AttestationRecords.Insert(transaction, prepared);
            if (prepared.EventLog is { } log)
            {
                logs.Keep(transaction, record.Machine, log);
            }
        };
    }

    /// <summary>Section 4, boot order: decided on the row as it is now, and the machine is still the one that was appraised.</summary>
    /// <exception cref="DeniedException">machine-inactive or attestation-denied boot-order.</exception>
    private void AcceptBoot(WriteTransaction transaction, Machine appraised, BootCounters boot)
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

    private Machine RequireActive(Machine? machine) =>
        machine is { Status: MachineStatus.Active, AkPublic: not null } && !endorsements.IsDenied(machine) ? machine : throw Inactive();

    private static DeniedException Inactive() => new(ProblemCodes.MachineInactive, "the machine is not active");
}
