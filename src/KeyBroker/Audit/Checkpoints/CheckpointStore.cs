using Dapper;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Storage;
using KeyBroker.Tpm.Commands;

namespace KeyBroker.Audit;

/// <summary>Checkpoints and the counter they go by, in the database.</summary>
internal sealed class CheckpointStore(Database database, RowMac mac)
{
    private const string Columns =
        "counter AS Counter, size AS Size, body AS Body, area AS Area, attest AS Attest, signature AS Signature, mac AS Mac";

    private const string Table = "audit_checkpoints";
    private const string CounterTable = "audit_counter";

    /// <summary>Null before the first start that knew of counters.</summary>
    /// <exception cref="StoreIntegrityException">The row was edited.</exception>
    public (NvPublic Area, long? First)? Counter()
    {
        var row = database.Read(connection => connection.QuerySingleOrDefault<CounterRow>(
            "SELECT area AS Area, first AS First, mac AS Mac FROM audit_counter"));
        if (row is null)
        {
            return null;
        }

        mac.Verify(CounterTable, row.Mac, row.Area, row.First);
        return (NvPublic.Parse(row.Area), row.First);
    }

    /// <summary>Whether there is anything that a broker only gets by an act that is recorded.</summary>
    public bool IsLived() => database.Read(connection => connection.QuerySingle<bool>(
        "SELECT EXISTS (SELECT 1 FROM signing_keys) OR EXISTS (SELECT 1 FROM machines) OR EXISTS (SELECT 1 FROM attestations) OR EXISTS (SELECT 1 FROM keys) OR EXISTS (SELECT 1 FROM secrets)"));

    public Task SaveCounterAsync(NvPublic area, long? first, CancellationToken cancellation) => database.WriteAsync(
        transaction =>
        {
            var bytes = area.ToBytes();
            transaction.Execute(
                "INSERT INTO audit_counter (id, area, first, mac) VALUES (1, @bytes, @first, @mac) ON CONFLICT (id) DO UPDATE SET area = @bytes, first = @first, mac = @mac",
                new { bytes, first, mac = mac.Compute(CounterTable, bytes, first) });
        },
        cancellation);

    /// <summary>The newest that is signed, and what is intended beyond it.</summary>
    /// <exception cref="StoreIntegrityException">A row was edited.</exception>
    public (CheckpointRow? Newest, CheckpointRow? Pending) Ends()
    {
        var rows = database.Read(connection => connection.Query<CheckpointRow>(
            $"SELECT {Columns} FROM audit_checkpoints ORDER BY counter DESC LIMIT 2").AsList());
        rows.ForEach(Verify);
        return rows is [{ IsPending: true } pending, ..] ? (rows.ElementAtOrDefault(1), pending) : (rows.FirstOrDefault(), null);
    }

    /// <summary>The newest that is signed.</summary>
    public CheckpointRow? Newest() => First("attest IS NOT NULL ORDER BY counter DESC LIMIT 1", null);

    /// <summary>The one over just so many records.</summary>
    public CheckpointRow? OfSize(long size) => First("attest IS NOT NULL AND size = @size ORDER BY counter DESC LIMIT 1", new { size });

    /// <summary>Those with a higher counter, in their order.</summary>
    public IReadOnlyList<CheckpointRow> After(long counter, int limit) => database.Read(connection => connection.Query<CheckpointRow>(
        $"SELECT {Columns} FROM audit_checkpoints WHERE attest IS NOT NULL AND counter > @counter ORDER BY counter LIMIT @limit",
        new { counter, limit }).AsList());

    /// <summary>As <see cref="After(long, int)"/>, with those of a transaction.</summary>
    public static IReadOnlyList<CheckpointRow> After(WriteTransaction transaction, long counter, int limit) => transaction.Query<CheckpointRow>(
        $"SELECT {Columns} FROM audit_checkpoints WHERE attest IS NOT NULL AND counter > @counter ORDER BY counter LIMIT @limit",
        new { counter, limit }).AsList();

    /// <summary>Whether one with this text is signed.</summary>
    public bool Has(CheckpointBody body) =>
        First("attest IS NOT NULL AND counter = @counter", new { counter = body.Counter })?.Body == body.ToString();

    /// <summary>Durable before the TPM counts.</summary>
    public Task IntendAsync(CheckpointBody body, CancellationToken cancellation) => database.WriteAsync(
        transaction => Insert(transaction, new CheckpointRow { Counter = body.Counter, Size = body.Size, Body = body.ToString() }), cancellation);

    public Task CompleteAsync(CheckpointRow signed, CancellationToken cancellation) => database.WriteAsync(
        transaction =>
        {
            transaction.Execute("DELETE FROM audit_checkpoints WHERE counter = @Counter AND attest IS NULL", new { signed.Counter });
            Insert(transaction, signed);
        },
        cancellation);

    /// <summary>What was intended with a counter that is beyond it now can be signed by nobody.</summary>
    public Task DropPendingAsync(CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Execute("DELETE FROM audit_checkpoints WHERE attest IS NULL"), cancellation);

    private void Insert(WriteTransaction transaction, CheckpointRow row)
    {
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            "INSERT INTO audit_checkpoints (counter, size, body, area, attest, signature, mac) VALUES (@Counter, @Size, @Body, @Area, @Attest, @Signature, @Mac)", row);
    }

    private CheckpointRow? First(string condition, object? parameters)
    {
        var row = database.Read(connection => connection.QueryFirstOrDefault<CheckpointRow>(
            $"SELECT {Columns} FROM audit_checkpoints WHERE {condition}", parameters));
        if (row is not null)
        {
            Verify(row);
        }

        return row;
    }

    private void Verify(CheckpointRow row) => mac.Verify(Table, row.Mac, row.Fields);
}
