using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>Looks up in one read what the gate needs to know about a token.</summary>
internal sealed class GateRecords(Database database, MachineRecords machines, AttestationRecords attestations)
{
    public (Machine? Machine, AttestationRecord? Attestation) Find(string machine, string jti) =>
        database.Read(connection => (machines.Find(connection, machine), attestations.Find(connection, jti)));
}
