using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Pipeline;
using KeyBroker.Storage;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>Spends the attempt, compares the secret, and decides the machine's identity in the database.</summary>
internal sealed class ActivateEnrollmentHandler(
    Database database, MachineRecords machines, EnrollmentAttempts attempts, TrustedEndorsements endorsements, TimeProvider time)
    : IRequestHandler<ActivateEnrollment, Outcome<Activation>>
{
    public async Task<Outcome<Activation>> Handle(ActivateEnrollment message, CancellationToken cancellationToken)
    {
        // Spent before the comparison and whatever it says: the secret works once, and so does a guess.
        var attempt = await database.WriteAsync(
            transaction => attempts.Spend(transaction, message.Id, time.GetUtcNow()), cancellationToken);
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(message.Secret), attempt.SecretHash))
        {
            throw new DeniedException(ProblemCodes.EnrollmentDenied, "the secret is not the credential's; this enrolment has ended");
        }

        var activation = new Activation();
        return new Outcome<Activation>(activation, transaction => activation.Machine = Settle(transaction, attempt));
    }

    private Machine Settle(WriteTransaction transaction, EnrollmentAttempt attempt)
    {
        endorsements.Refuse(attempt.Machine, attempt.Tpm);
        var known = machines.Find(transaction, attempt.Machine);
        Identity.RefuseConflict(known, attempt.Name, attempt.EkPublic, attempt.AkPublic);
        Identity.RefuseTakenName(transaction.Connection, attempt.Name, attempt.Machine, transaction.Transaction);

        // Section 3: the same triple again changes nothing; but a certificate ends the wait for approval.
        var ends = known is { Status: MachineStatus.Pending } && attempt.Tpm is not null;
        if (!ends && known is { MayReEnroll: false } && known.HasKeys(attempt.Name, attempt.EkPublic, attempt.AkPublic))
        {
            return known;
        }

        var settled = Next(known, attempt);
        machines.Save(transaction, settled);
        MachineRecords.PrunePending(transaction, time.GetUtcNow() - PendingBounds.Age, PendingBounds.Count);
        return settled;
    }

    private Machine Next(Machine? known, EnrollmentAttempt attempt)
    {
        var machine = known ?? new Machine(attempt.Machine, attempt.Name, MachineStatus.Pending, time.GetUtcNow());
        var isNewKey = !machine.AkPublic.AsSpan().SequenceEqual(attempt.AkPublic);
        return machine with
        {
            Name = attempt.Name,
            Status = machine.Status == MachineStatus.Pending && attempt.Tpm is null ? MachineStatus.Pending : MachineStatus.Active,
            Trust = TrustOf(machine, attempt),
            Registered = machine.Registered || machine.Status == MachineStatus.Registered,
            Tpm = attempt.Tpm ?? machine.Tpm, // Of the same endorsement key, which is the machine's id.
            EkPublic = attempt.EkPublic,
            AkPublic = attempt.AkPublic,
            Boot = isNewKey ? null : machine.Boot, // Counters compare under one key only.
            Epoch = isNewKey || machine.MayReEnroll ? machine.Epoch + 1 : machine.Epoch,
            MayReEnroll = false,
        };
    }

    /// <summary>What made it active; what else its trust rests on, the row keeps beside it.</summary>
    private static string? TrustOf(Machine machine, EnrollmentAttempt attempt) => machine.Status switch
    {
        MachineStatus.Pending or MachineStatus.Registered when attempt.Tpm is not null => TrustLevel.EkCertificate,
        MachineStatus.Registered => TrustLevel.PreRegistered,
        _ => machine.Trust,
    };
}
