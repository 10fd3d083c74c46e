using System.Text.Json.Nodes;
using Dapper;
using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Idempotency;

/// <summary>The answers table. The broker signs what is in it once more, so every row carries a MAC.</summary>
internal sealed class FirstAnswerStore(Database database, RowMac mac, TimeProvider time)
{
    private const string Table = "answers";
    private static readonly TimeSpan s_age = TimeSpan.FromHours(24);

    /// <summary>Null where no such request was answered in the last 24 hours.</summary>
    /// <exception cref="DeniedException">idempotency-conflict: it was, with another body.</exception>
    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public FirstAnswer? Find(IdempotencyKey key)
    {
        var row = database.Read(connection => connection.QuerySingleOrDefault<Row>(
            """
            SELECT machine AS Machine, route AS Route, value AS Value, body_digest AS BodyDigest, status AS Status,
                claims AS Claims, created_at AS CreatedAt, mac AS Mac
            FROM answers WHERE machine = @Machine AND route = @Route AND value = @Value AND created_at > @oldest
            """,
            new { key.Machine, key.Route, key.Value, oldest = Oldest() }));
        if (row is null)
        {
            return null;
        }

        mac.Verify(Table, row.Mac, row.Fields);
        return row.BodyDigest.AsSpan().SequenceEqual(key.BodyDigest)
            ? new FirstAnswer(checked((int)row.Status), JsonNode.Parse(row.Claims)!.AsObject())
            : throw new DeniedException(ProblemCodes.IdempotencyConflict, "this Idempotency-Key was used with another body");
    }

    /// <exception cref="AnsweredMeanwhileException">There is one already.</exception>
    public void Insert(WriteTransaction transaction, IdempotencyKey key, FirstAnswer answer)
    {
        var row = Row.Of(key, answer, time.GetUtcNow());
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            "DELETE FROM answers WHERE machine = @Machine AND route = @Route AND value = @Value AND created_at <= @oldest",
            new { key.Machine, key.Route, key.Value, oldest = Oldest() });
        var inserted = transaction.Execute(
            """
            INSERT INTO answers (machine, route, value, body_digest, status, claims, created_at, mac)
            VALUES (@Machine, @Route, @Value, @BodyDigest, @Status, @Claims, @CreatedAt, @Mac)
            ON CONFLICT DO NOTHING
            """,
            row);
        if (inserted == 0)
        {
            throw new AnsweredMeanwhileException();
        }
    }

    public static void RemoveOld(WriteTransaction transaction, DateTimeOffset now) => transaction.Execute(
        "DELETE FROM answers WHERE created_at <= @oldest", new { oldest = (now - s_age).ToUnixTimeMilliseconds() });

    private long Oldest() => (time.GetUtcNow() - s_age).ToUnixTimeMilliseconds();

    private sealed class Row
    {
        public string Machine { get; set; } = "";

        public string Route { get; set; } = "";

        public string Value { get; set; } = "";

        public byte[] BodyDigest { get; set; } = [];

        public long Status { get; set; }

        public string Claims { get; set; } = "";

        public long CreatedAt { get; set; }

        public byte[] Mac { get; set; } = [];

        public object?[] Fields => [Machine, Route, Value, BodyDigest, Status, Claims, CreatedAt];

        public static Row Of(IdempotencyKey key, FirstAnswer answer, DateTimeOffset now) => new()
        {
            Machine = key.Machine,
            Route = key.Route,
            Value = key.Value,
            BodyDigest = key.BodyDigest,
            Status = answer.Status,
            Claims = CanonicalJson.Text(answer.Claims),
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
    }
}
