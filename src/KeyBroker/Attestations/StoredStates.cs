using System.Data;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies.Review;
using KeyBroker.Enrollments;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>What active machines have shown lately: each state once, with the attestation that showed it last.</summary>
internal sealed class StoredStates(Database database, AttestationRecords attestations, MachineRecords machines)
{
    /// <summary>The newest states of a machine that count; a register that changes all the time makes one each time.</summary>
    public const int StatesPerMachine = 64;

    private const int MachinesPerPage = 500;

    /// <summary>Every machine that attests, or will once it has enrolled.</summary>
    public IReadOnlyList<Machine> Machines() => database.Read(connection =>
        All(connection).Where(machine => machine.Status is MachineStatus.Active or MachineStatus.Registered).ToList());

    /// <summary>
    /// Judges them, the newest first, machine by machine, one after the other: kept all at once they could be more than fits.
    /// Evidence whose log was refused is none: no policy was asked.
    /// </summary>
    public T JudgeSince<T>(DateTimeOffset since, Func<IEnumerable<(AttestationRecord Record, Machine Machine)>, T> judge) =>
        database.Read(connection =>
        {
            var known = All(connection).Where(machine => machine.Status == MachineStatus.Active).ToDictionary(machine => machine.Id, StringComparer.Ordinal);
            return judge(attestations.States(connection, since, StatesPerMachine)
                .Where(record => known.ContainsKey(record.Machine) && record.Reasons?.Any(reason => reason.Code == ReasonCodes.EventLog) != true)
                .Select(record => (record, known[record.Machine])));
        });

    public static SeenState Seen((AttestationRecord Record, Machine Machine) stored) =>
        new(stored.Machine.Facts, stored.Record.Measured, stored.Record.IssuedAt);

    private IEnumerable<Machine> All(IDbConnection connection)
    {
        var after = "";
        IReadOnlyList<Listed<Machine>> page;
        do
        {
            page = machines.List(connection, after, MachinesPerPage);
            foreach (var machine in page.Select(row => row.Open()))
            {
                yield return machine;
            }

            after = page.Count > 0 ? page[^1].Name : after;
        }
        while (page.Count == MachinesPerPage);
    }
}
