using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Pipeline;
using KeyBroker.Storage;
using KeyBroker.Tpm.Credentials;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>Judges both keys, looks for conflicts, and makes a credential that only this EK's TPM with this AK opens.</summary>
internal sealed class EnrollMachineHandler(
    Database database, MachineRecords machines, EnrollmentAttempts attempts, TrustedEndorsements endorsements, TimeProvider time)
    : IRequestHandler<EnrollMachine, Outcome<OpenedEnrollment>>
{
    private const int SecretLength = 32;
    private const int IdLength = 16;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    public Task<Outcome<OpenedEnrollment>> Handle(EnrollMachine message, CancellationToken cancellationToken)
    {
        var request = message.Request;

        // Section 3: the checks of keys and certificate come before identity conflicts.
        var endorsement = EndorsementKey.Check(request.Ek);
        var attestation = AttestationKey.Check(request.Ak);
        var tpm = endorsements.Check(endorsement, request.Certificate, time.GetUtcNow());
        RefuseConflicts(endorsement.MachineId, request);

        var secret = RandomNumberGenerator.GetBytes(SecretLength);
        var attempt = new EnrollmentAttempt(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength)), endorsement.MachineId, request.Name,
            request.Ek.ToSizedBytes(), request.Ak.ToSizedBytes())
        {
            Tpm = tpm,
            SecretHash = SHA256.HashData(secret),
            ExpiresAt = time.GetUtcNow() + s_lifetime,
        };
        var credential = CredentialBlob.MakeCredential(request.Ek, attestation.Name, secret);
        CryptographicOperations.ZeroMemory(secret);
        return Task.FromResult(new Outcome<OpenedEnrollment>(
            new OpenedEnrollment(attempt.Id, attempt.Machine, credential, attempt.ExpiresAt),
            transaction => attempts.Insert(transaction, attempt)));
    }

    private void RefuseConflicts(string id, EnrollmentRequest request) => database.Read(connection =>
    {
        Identity.RefuseConflict(
            machines.Find(connection, id), request.Name, request.Ek.ToSizedBytes(), request.Ak.ToSizedBytes());
        Identity.RefuseTakenName(connection, request.Name, id, transaction: null);
        return true;
    });
}
