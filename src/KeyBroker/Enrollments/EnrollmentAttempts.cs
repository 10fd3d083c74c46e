using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Enrollments;

/// <summary>The enrollments table: attempts are independent of each other and each ends once.</summary>
internal static class EnrollmentAttempts
{
    public static void Insert(WriteTransaction transaction, EnrollmentAttempt attempt) => transaction.Execute(
        """
        INSERT INTO enrollments (id, machine, name, ek_public, ak_public, secret_hash, expires_at, state)
        VALUES (@Id, @Machine, @Name, @EkPublic, @AkPublic, @SecretHash, @ExpiresAt, 'open')
        """,
        new
        {
            attempt.Id,
            attempt.Machine,
            attempt.Name,
            attempt.EkPublic,
            attempt.AkPublic,
            attempt.SecretHash,
            ExpiresAt = attempt.ExpiresAt.ToUnixTimeMilliseconds(),
        });

    /// <summary>Ends an open attempt and gives it to exactly one caller.</summary>
    /// <exception cref="DeniedException">not-found, or enrollment-expired for a used, ended or old one.</exception>
    public static EnrollmentAttempt Spend(WriteTransaction transaction, string id, DateTimeOffset now)
    {
        var row = transaction.QuerySingle<Row>(
            "SELECT id, machine, name, ek_public AS EkPublic, ak_public AS AkPublic, secret_hash AS SecretHash, "
                + "expires_at AS ExpiresAt, state FROM enrollments WHERE id = @id",
            new { id }) ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such enrolment");
        if (row.State != "open" || row.ExpiresAt <= now.ToUnixTimeMilliseconds())
        {
            throw new DeniedException(ProblemCodes.EnrollmentExpired, "this enrolment has ended; start another");
        }

        transaction.Execute("UPDATE enrollments SET state = 'ended' WHERE id = @id", new { id });
        return row.ToAttempt();
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Machine { get; set; } = "";

        public string Name { get; set; } = "";

        public byte[] EkPublic { get; set; } = [];

        public byte[] AkPublic { get; set; } = [];

        public byte[] SecretHash { get; set; } = [];

        public long ExpiresAt { get; set; }

        public string State { get; set; } = "";

        public EnrollmentAttempt ToAttempt() => new(Id, Machine, Name, EkPublic, AkPublic)
        {
            SecretHash = SecretHash,
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        };
    }
}
