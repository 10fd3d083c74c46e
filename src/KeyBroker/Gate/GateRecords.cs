using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace KeyBroker.Gate;

/// <summary>
/// Looks up what the gate needs to know about a token. A machine is read each time, because it may be revoked; an attestation
/// is written once and never changed, so that one that was read and whose MAC held is as good as read again.
/// </summary>
internal sealed class GateRecords(
    Database database, MachineRecords machines, AttestationRecords attestations, TrustedEndorsements endorsements) : IDisposable
{
    private const long Capacity = 64L << 20; // Characters of measurements; what a log proves can be a hundred thousand.
    private const int LeastWeight = 4096;

    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = Capacity });

    public (Machine? Machine, AttestationRecord? Attestation) Find(string machine, string jti)
    {
        var round = database.Round; // Before anything is read.
        var read = _read.Get<AttestationRecord>(jti);
        var found = read is null
            ? database.Read(connection => (Machine: machines.Find(connection, machine), Attestation: attestations.Find(connection, jti)))
            : (Machine: database.ReadOnce(connection => machines.Find(connection, machine)), Attestation: read);
        if (read is null && found.Attestation is not null)
        {
            _read.Set(jti, found.Attestation, new MemoryCacheEntryOptions { Size = Math.Max(LeastWeight, found.Attestation.Weight) });
        }

        return found.Machine is { } known ? (Judged(known with { ReadIn = round }), found.Attestation) : found;
    }

    /// <summary>USE-8. The machine as it is now, in the transaction that records what it did; the same one where nothing changed.</summary>
    public Machine? FindAgain(WriteTransaction transaction, Machine seen)
    {
        if (!machines.Rounds.IsUnchanged(seen.Id, seen.ReadIn))
        {
            return machines.Find(transaction, seen.Id) is { } now ? Judged(now) : null;
        }

        return Judged(seen);
    }

    // Whoever came onto the deny list is as good as revoked.
    private Machine Judged(Machine machine) => endorsements.IsDenied(machine) ? machine with { Status = MachineStatus.Revoked } : machine;

    public void Dispose() => _read.Dispose();
}
