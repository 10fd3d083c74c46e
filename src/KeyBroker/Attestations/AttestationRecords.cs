using System.Data;
using System.Text.Json;
using Dapper;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>The attestations table: written once each, under a MAC, never changed.</summary>
internal sealed class AttestationRecords(RowMac mac)
{
    private const string Table = "attestations";
    private const string Columns =
        "jti, machine, policy_digest, cnf_jkt, enc_jwk, measurements, reset_count, restart_count, issued_at, expires_at, decision, mac, epoch";

    public AttestationRecord? Find(IDbConnection connection, string jti) =>
        connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM attestations WHERE jti = @jti", new { jti })
            is { } row ? Checked(row) : null;

    /// <summary>The newest first; <paramref name="after"/> is the last one of the page before.</summary>
    public IReadOnlyList<AttestationRecord> Recent(IDbConnection connection, string after, int limit) =>
        [.. connection.Query<Row>(
            $"""
             SELECT {Columns} FROM attestations
             WHERE @after = '' OR (issued_at, jti) < (SELECT issued_at, jti FROM attestations WHERE jti = @after)
             ORDER BY issued_at DESC, jti DESC LIMIT @limit
             """,
            new { after, limit }).Select(Checked)];

    public void Insert(WriteTransaction transaction, AttestationRecord record)
    {
        var row = Row.Of(record);
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            $"""
             INSERT INTO attestations ({Columns})
             VALUES (@Jti, @Machine, @Policy_Digest, @Cnf_Jkt, @Enc_Jwk, @Measurements, @Reset_Count, @Restart_Count, @Issued_At, @Expires_At, @Decision, @Mac, @Epoch)
             """,
            row);
    }

    private AttestationRecord Checked(Row row)
    {
        mac.Verify(Table, row.Mac, row.Fields);
        return row.ToRecord();
    }

#pragma warning disable CA1707 // Members are named after the columns.
    private sealed class Row
    {
        public string Jti { get; set; } = "";

        public string Machine { get; set; } = "";

        public string Policy_Digest { get; set; } = "";

        public string Cnf_Jkt { get; set; } = "";

        public string? Enc_Jwk { get; set; }

        public string Measurements { get; set; } = "";

        public long Reset_Count { get; set; }

        public long Restart_Count { get; set; }

        public long Issued_At { get; set; }

        public long Expires_At { get; set; }

        public string Decision { get; set; } = "";

        public byte[] Mac { get; set; } = [];

        public long Epoch { get; set; }

        // Rows of the first schema have no epoch, and their MACs hold.
        public object?[] Fields =>
        [
            Jti, Machine, Policy_Digest, Cnf_Jkt, Enc_Jwk, Measurements, Reset_Count, Restart_Count, Issued_At, Expires_At, Decision,
            .. Epoch == 0 ? Array.Empty<object?>() : [Epoch],
        ];

        public static Row Of(AttestationRecord record) => new()
        {
            Jti = record.Jti,
            Machine = record.Machine,
            Policy_Digest = record.PolicyDigest,
            Cnf_Jkt = record.CnfThumbprint,
            Enc_Jwk = record.Enc?.ToJson(),
            Measurements = record.Measured.ToJson(),
            Reset_Count = record.Boot.ResetCount,
            Restart_Count = record.Boot.RestartCount,
            Issued_At = record.IssuedAt.ToUnixTimeMilliseconds(),
            Expires_At = record.ExpiresAt.ToUnixTimeMilliseconds(),
            Decision = JsonSerializer.Serialize(record.Policies),
            Epoch = record.Epoch,
        };

        public AttestationRecord ToRecord() => new(
            Jti, Machine, new BootCounters(checked((uint)Reset_Count), checked((uint)Restart_Count)),
            MeasuredState.DangerousFromStored(Measurements)) // The row's MAC holds.
        {
            PolicyDigest = Policy_Digest,
            CnfThumbprint = Cnf_Jkt,
            Epoch = checked((int)Epoch),
            Enc = Enc_Jwk is null ? null : PublicJwk.DangerousFromStored(Enc_Jwk),
            IssuedAt = DateTimeOffset.FromUnixTimeMilliseconds(Issued_At),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(Expires_At),
            Policies = JsonSerializer.Deserialize<List<string>>(Decision)!,
        };
    }
#pragma warning restore CA1707
}
