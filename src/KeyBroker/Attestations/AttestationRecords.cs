using System.Data;
using System.Text;
using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>
/// The attestations table: written once each, under a MAC, never changed. What a log proves is kept apart from it, because
/// a machine attests often and boots seldom.
/// </summary>
internal sealed class AttestationRecords(RowMac mac)
{
    /// <summary>How much evidence of one machine is kept that was denied.</summary>
    public const int DeniedPerMachine = 100;

    private const string Table = "attestations";

    public AttestationRecord? Find(IDbConnection connection, string jti) =>
        connection.QuerySingleOrDefault<AttestationRow>($"SELECT {AttestationRow.Columns} FROM attestations WHERE jti = @jti", new { jti })
            is { } row ? Checked(row, digest => Facts(connection, digest)) : null;

    /// <summary>The newest first, without what their logs prove; <paramref name="after"/> is the last one of the page before.</summary>
    public IReadOnlyList<AttestationRecord> Recent(IDbConnection connection, string after, int limit)
    {
        return
        [
            .. connection.Query<AttestationRow>(
                $"""
                 SELECT {AttestationRow.Columns} FROM attestations
                 WHERE @after = '' OR (issued_at, jti) < (SELECT issued_at, jti FROM attestations WHERE jti = @after)
                 ORDER BY issued_at DESC, jti DESC LIMIT @limit
                 """,
                new { after, limit }).Select(row => Checked(row, facts: null)),
        ];
    }

    /// <summary>
    /// Each distinct state of each machine since an instant, as it was shown last, the newest of a machine first. Read as they
    /// are asked for: what a log proves can be large.
    /// </summary>
    /// <param name="connection">Where to look.</param>
    /// <param name="since">Older attestations do not count.</param>
    /// <param name="limit">States a machine.</param>
    public IEnumerable<AttestationRecord> States(IDbConnection connection, DateTimeOffset since, int limit)
    {
        var known = new KnownFacts(digest => Facts(connection, digest));
        return connection.Query<AttestationRow>(
            $"""
             WITH shown AS (
                 SELECT jti, machine, issued_at,
                     ROW_NUMBER() OVER (PARTITION BY machine, COALESCE(state, jti) ORDER BY issued_at DESC, jti DESC) AS place
                 FROM attestations INDEXED BY attestations_state WHERE issued_at >= @since),
             states AS (
                 SELECT jti, ROW_NUMBER() OVER (PARTITION BY machine ORDER BY issued_at DESC, jti DESC) AS number
                 FROM shown WHERE place = 1)
             SELECT {AttestationRow.Columns} FROM attestations
             WHERE jti IN (SELECT jti FROM states WHERE number <= @limit) ORDER BY machine, issued_at DESC, jti DESC
             """,
            new { since = since.ToUnixTimeMilliseconds(), limit }).Select(row => Checked(row, known.Of));
    }

    /// <summary>Does what is dear before the writer's turn.</summary>
    /// <param name="eventLog">The log that came with the evidence.</param>
    public PreparedAttestation Prepare(IDbConnection connection, AttestationRecord record, byte[]? eventLog)
    {
        var facts = record.Measured.FactsToJson() is { } json ? Contents.Prepare(connection, Encoding.UTF8.GetBytes(json)) : null;
        var log = eventLog is null ? null : Contents.Prepare(connection, eventLog);
        var row = AttestationRow.Of(record with { EventLogDigest = log?.Digest }, facts?.Digest);
        row.Mac = mac.Compute(Table, row.Fields);
        return new PreparedAttestation(row, facts, log);
    }

    public static void Insert(WriteTransaction transaction, PreparedAttestation attestation)
    {
        if (attestation.Facts is { } facts)
        {
            Contents.Keep(transaction, facts);
        }

        transaction.Execute(
            $"""
             INSERT INTO attestations ({AttestationRow.Columns})
             VALUES (@Jti, @Machine, @Policy_Digest, @Cnf_Jkt, @Enc_Jwk, @Measurements, @Reset_Count, @Restart_Count,
                 @Issued_At, @Expires_At, @Decision, @Mac, @Epoch, @Reasons, @Facts, @Event_Log, @State, @Tpm_Keys, @Req, @Results)
             """,
            attestation.Row);
        if (attestation.Row.Reasons is not null)
        {
            PruneDenied(transaction, attestation.Row.Machine);
        }
    }

    private static void PruneDenied(WriteTransaction transaction, string machine) => transaction.Execute(
        """
        DELETE FROM attestations WHERE jti IN (
            SELECT jti FROM attestations WHERE machine = @machine AND reasons IS NOT NULL
            ORDER BY issued_at DESC, jti DESC LIMIT -1 OFFSET @kept)
        """,
        new { machine, kept = DeniedPerMachine });

    private static string Facts(IDbConnection connection, string digest) => Contents.Find(connection, digest) is { } facts
        ? Encoding.UTF8.GetString(facts)
        : throw new StoreIntegrityException($"the content {digest} was removed outside the broker");

    private AttestationRecord Checked(AttestationRow row, Func<string, string>? facts)
    {
        mac.Verify(Table, row.Mac, row.Fields);
        return row.ToRecord(row.Facts is null ? null : facts?.Invoke(row.Facts));
    }
}
