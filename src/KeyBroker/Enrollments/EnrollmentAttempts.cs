using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
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
            INSERT INTO enrollments (id, machine, name, ek_public, ak_public, secret_hash, expires_at, state, mac,
                manufacturer, model, firmware, ek_issuer, ek_serial)
            VALUES (@Id, @Machine, @Name, @EkPublic, @AkPublic, @SecretHash, @ExpiresAt, @State, @Mac,
                @Manufacturer, @Model, @Firmware, @EkIssuer, @EkSerial)
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
                + "expires_at AS ExpiresAt, state, mac, "
                + "manufacturer, model, firmware, ek_issuer AS EkIssuer, ek_serial AS EkSerial FROM enrollments WHERE id = @id",
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

        public string? Manufacturer { get; set; }

        public string? Model { get; set; }

        public string? Firmware { get; set; }

        public string? EkIssuer { get; set; }

        public string? EkSerial { get; set; }

        public object?[] Fields =>
            [Id, Machine, Name, EkPublic, AkPublic, SecretHash, ExpiresAt, State, Manufacturer, Model, Firmware, EkIssuer, EkSerial];

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
            Manufacturer = attempt.Tpm?.Manufacturer,
            Model = attempt.Tpm?.Model,
            Firmware = attempt.Tpm?.Firmware,
            EkIssuer = attempt.Tpm?.Issuer,
            EkSerial = attempt.Tpm?.Serial,
        };

        public EnrollmentAttempt ToAttempt() => new(Id, Machine, Name, EkPublic, AkPublic)
        {
            Tpm = Manufacturer is null ? null : new CertifiedTpm(Manufacturer, Model!, Firmware!, EkIssuer!, EkSerial!),
            SecretHash = SecretHash,
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        };
    }
}
