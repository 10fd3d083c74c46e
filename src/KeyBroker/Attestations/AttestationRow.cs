using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestation.Recipients;

namespace KeyBroker.Attestations;

#pragma warning disable CA1707 // Members are named after the columns.
/// <summary>A row of the attestations table.</summary>
internal sealed class AttestationRow
{
    public const string Columns =
        "jti, machine, policy_digest, cnf_jkt, enc_jwk, measurements, reset_count, restart_count, issued_at, expires_at, decision, mac, "
        + "epoch, reasons, facts, event_log, state, tpm_keys, req, results";

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

    public string? Reasons { get; set; }

    public string? Facts { get; set; }

    public string? Event_Log { get; set; }

    /// <summary>Lower-case hex SHA-256 over registers and facts; equal for equal states.</summary>
    public string? State { get; set; }

    /// <summary>The names of the keys that the TPM holds, as JSON; null where it is not shown to hold any.</summary>
    public string? Tpm_Keys { get; set; }

    /// <summary>SHA-256 of the body of the request that the quote was made for; null for any.</summary>
    public byte[]? Req { get; set; }

    /// <summary>What remote verifiers said, as JSON; null where none did.</summary>
    public string? Results { get; set; }

    // Rows of the first schema have no epoch, those of the second nothing of the third, those of the third no state; their MACs hold.
    // The keys count only beside a state, which every newer row has: otherwise one column could stand for another.
    public object?[] Fields =>
    [
        Jti, Machine, Policy_Digest, Cnf_Jkt, Enc_Jwk, Measurements, Reset_Count, Restart_Count, Issued_At, Expires_At, Decision,
        .. State is not null ? WithState
            : (Reasons ?? Facts ?? Event_Log) is not null ? [Epoch, Reasons, Facts, Event_Log]
            : Epoch == 0 ? Array.Empty<object?>() : [Epoch],
    ];

    private object?[] WithState => Results is not null ? [Epoch, Reasons, Facts, Event_Log, State, Tpm_Keys, Req, Results]
        : Req is not null ? [Epoch, Reasons, Facts, Event_Log, State, Tpm_Keys, Req]
        : Tpm_Keys is not null ? [Epoch, Reasons, Facts, Event_Log, State, Tpm_Keys]
        : [Epoch, Reasons, Facts, Event_Log, State];

    public static AttestationRow Of(AttestationRecord record, string? facts) => new()
    {
        State = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(record.Measured.RegistersToJson() + facts + record.Measured.LastingResultsToJson()))),
        Jti = record.Jti,
        Machine = record.Machine,
        Policy_Digest = record.PolicyDigest,
        Cnf_Jkt = record.CnfThumbprint,
        Enc_Jwk = record.Enc?.ToJson(),
        Measurements = record.Measured.RegistersToJson(),
        Reset_Count = record.Boot.ResetCount,
        Restart_Count = record.Boot.RestartCount,
        Issued_At = record.IssuedAt.ToUnixTimeMilliseconds(),
        Expires_At = record.ExpiresAt.ToUnixTimeMilliseconds(),
        Decision = JsonSerializer.Serialize(record.Policies),
        Epoch = record.Epoch,
        Reasons = record.Reasons is null ? null : JsonSerializer.Serialize(record.Reasons),
        Facts = facts,
        Event_Log = record.EventLogDigest,
        Tpm_Keys = ResidentNames.ToJson(record.Residents),
        Req = record.ForRequest,
        Results = record.Measured.ResultsToJson(),
    };

    /// <param name="facts">What <see cref="Facts"/> names.</param>
    public AttestationRecord ToRecord(string? facts) => new(
        Jti, Machine, new BootCounters(checked((uint)Reset_Count), checked((uint)Restart_Count)),
        MeasuredState.DangerousFromStored(Measurements, facts, State is null ? null : Results)) // The row's MAC holds.
    {
        PolicyDigest = Policy_Digest,
        CnfThumbprint = Cnf_Jkt,
        Epoch = checked((int)Epoch),
        Residents = State is null ? ResidentKeys.None : ResidentNames.FromJson(Tpm_Keys),
        ForRequest = State is null ? null : Req,
        Enc = Enc_Jwk is null ? null : PublicJwk.DangerousFromStored(Enc_Jwk),
        IssuedAt = DateTimeOffset.FromUnixTimeMilliseconds(Issued_At),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(Expires_At),
        Policies = JsonSerializer.Deserialize<List<string>>(Decision)!,
        Reasons = Reasons is null ? null : JsonSerializer.Deserialize<List<Reason>>(Reasons)!,
        EventLogDigest = Event_Log,
        Weight = Measurements.Length + (facts?.Length ?? 0) + (Results?.Length ?? 0),
    };
}
#pragma warning restore CA1707
