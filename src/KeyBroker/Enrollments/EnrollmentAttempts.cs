using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Enrollments;

/// <summary>
/// The enrollments table: attempts are independent of each other and each ends once. A row decides which keys a machine
/// gets, so it carries a MAC like the machine's own.
/// </summary>
internal sealed class EnrollmentAttempts(RowMac mac)
{
    private const string Table = "enrollments";
    private const string Open = "open";
    private const string Ended = "ended";

    public void Insert(WriteTransaction transaction, EnrollmentAttempt attempt)
    {
        var row = Row.Of(attempt);
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            """
            INSERT INTO enrollments (id, machine, name, ek_public, ak_public, secret_hash, expires_at, state, mac)
            VALUES (@Id, @Machine, @Name, @EkPublic, @AkPublic, @SecretHash, @ExpiresAt, @State, @Mac)
            """,
            row);
    }

    /// <summary>Ends an open attempt and gives it to exactly one caller.</summary>
    /// <exception cref="DeniedException">not-found, or enrollment-expired for a used, ended or old one.</exception>
    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public EnrollmentAttempt Spend(WriteTransaction transaction, string id, DateTimeOffset now)
    {
        var row = transaction.QuerySingle<Row>(
            "SELECT id, machine, name, ek_public AS EkPublic, ak_public AS AkPublic, secret_hash AS SecretHash, "
                + "expires_at AS ExpiresAt, state, mac FROM enrollments WHERE id = @id",
            new { id }) ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such enrolment");
        mac.Verify(Table, row.Mac, row.Fields);
        if (row.State != Open || row.ExpiresAt <= now.ToUnixTimeMilliseconds())
        {
            throw new DeniedException(ProblemCodes.EnrollmentExpired, "this enrolment has ended; start another");
        }

        row.State = Ended;
        transaction.Execute(
            "UPDATE enrollments SET state = @State, mac = @mac WHERE id = @Id",
            new { row.Id, row.State, mac = mac.Compute(Table, row.Fields) });
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

        public byte[] Mac { get; set; } = [];

        public object?[] Fields => [Id, Machine, Name, EkPublic, AkPublic, SecretHash, ExpiresAt, State];

        public static Row Of(EnrollmentAttempt attempt) => new()
        {
            Id = attempt.Id,
            Machine = attempt.Machine,
            Name = attempt.Name,
            EkPublic = attempt.EkPublic,
            AkPublic = attempt.AkPublic,
            SecretHash = attempt.SecretHash,
            ExpiresAt = attempt.ExpiresAt.ToUnixTimeMilliseconds(),
            State = Open,
        };

        public EnrollmentAttempt ToAttempt() => new(Id, Machine, Name, EkPublic, AkPublic)
        {
            SecretHash = SecretHash,
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        };
    }
}
