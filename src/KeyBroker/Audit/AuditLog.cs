using KeyBroker.Storage;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Audit;

/// <summary>The append-only log. A record shares the transaction of what it records: both are durable, or neither is.</summary>
internal sealed class AuditLog(Database database, TimeProvider clock)
{
    /// <summary>Appends inside a transaction that also changes what the record is about.</summary>
    /// <returns>The record's number.</returns>
    /// <exception cref="AuditUnavailableException">The record cannot be written; the transaction must not be committed.</exception>
    /// <exception cref="KeyBroker.Attestation.DeniedException">What the act uses up was used before; neither must it be committed.</exception>
    public long Append(WriteTransaction transaction, AuditEvent occurred)
    {
        try
        {
            occurred.Spends?.Spend(transaction, occurred.Outcome == AuditEvent.Done);
            var last = transaction.QuerySingle<Link>("SELECT seq AS Seq, at AS At, hash AS Hash FROM audit ORDER BY seq DESC LIMIT 1");
            var (sequence, previous) = ((last?.Seq ?? 0) + 1, last?.Hash ?? AuditChain.Origin);
            var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var record = AuditRecord.Canonical(sequence, at, occurred, isClockBack: at < last?.At);
            transaction.Execute(
                "INSERT INTO audit (seq, at, record, previous, hash) VALUES (@sequence, @at, @record, @previous, @hash)",
                new { sequence, at, record, previous, hash = AuditChain.Hash(previous, record) });
            return sequence;
        }
        catch (SqliteException failure)
        {
            throw new AuditUnavailableException("the audit record cannot be written", failure);
        }
    }

    /// <summary>Appends a record of something that changes nothing else.</summary>
    /// <exception cref="AuditUnavailableException">The record cannot be written.</exception>
    public async Task<long> AppendAsync(AuditEvent occurred, CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(transaction => Append(transaction, occurred), cancellation);
        }
        catch (StoreUnavailableException failure)
        {
            throw new AuditUnavailableException("the audit record cannot be written", failure);
        }
    }

    /// <summary>Whether a record could be appended now: one is, and taken back.</summary>
    public async Task<bool> CanAppendAsync(CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(AppendAndTakeBack, cancellation);
        }
        catch (Exception failure) when (failure is AuditUnavailableException or StoreUnavailableException)
        {
            return false;
        }
    }

    private bool AppendAndTakeBack(WriteTransaction transaction)
    {
        transaction.Execute("SAVEPOINT probe");
        _ = Append(transaction, new AuditEvent { Operation = "probe", Outcome = AuditEvent.Done });
        transaction.Execute("ROLLBACK TO probe; RELEASE probe");
        return true;
    }

    /// <summary>Entries after a number, oldest first.</summary>
    public IReadOnlyList<AuditEntry> List(long after, int limit) => database.Read(connection =>
        Dapper.SqlMapper.Query<AuditRow>(
            connection,
            "SELECT seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM audit WHERE seq > @after ORDER BY seq LIMIT @limit",
            new { after, limit })
        .Select(row => row.ToEntry()).ToArray());

    /// <summary>Entries before a number and not before an instant, newest first.</summary>
    public IReadOnlyList<AuditEntry> ListBefore(long before, DateTimeOffset since, int limit) => database.Read(connection =>
        Dapper.SqlMapper.Query<AuditRow>(
            connection,
            """
            SELECT seq AS Seq, record AS Record, previous AS Previous, hash AS Hash FROM audit
            WHERE seq < @before AND seq > COALESCE((SELECT seq FROM audit WHERE at < @since ORDER BY seq DESC LIMIT 1), 0)
            ORDER BY seq DESC LIMIT @limit
            """,
            new { before, since = since.ToUnixTimeMilliseconds(), limit })
        .Select(row => row.ToEntry()).ToArray());

    private sealed class Link
    {
        public long Seq { get; set; }

        public long At { get; set; }

        public byte[] Hash { get; set; } = [];
    }
}
