using System.Text.Json.Serialization;

namespace KeyBroker.Backups.Restoring;

/// <summary>What a check of a backup found.</summary>
internal sealed class CheckReport(BackupManifest manifest)
{
    public string Backup => manifest.Id;

    public string CreatedAt => manifest.CreatedAt;

    /// <summary>The TPM of its local keys.</summary>
    public string Home => manifest.Home;

    public bool HoldsTpm => manifest.HoldsTpm;

    /// <summary>Null where the TPM at hand opened the root; then everything was checked.</summary>
    public string? TpmProblem { get; set; }

    /// <summary>Whether the manifest is the one a broker made; unknown where the root is not open.</summary>
    public bool? Authentic { get; set; }

    public List<Verdict> Keys { get; } = [];

    public List<Verdict> Secrets { get; } = [];

    /// <summary>The keys that tokens and results are signed with.</summary>
    public List<Verdict> SigningKeys { get; } = [];

    public long Machines => manifest.Counts.TryGetValue("machines", out var count) ? count : 0;

    public long AuditRecords => manifest.Audit.Seq;

    /// <summary>Damage: whatever is not as the broker wrote it.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>What the first start over the restored state has to be told, because the TPM's audit counter went on after the backup.</summary>
    public long? AcceptRollback { get; set; }

    public string? RestoredTo { get; set; }

    public bool Ok => TpmProblem is null && Problems.Count == 0 && All.All(verdict => verdict.Usable);

    /// <summary>A state that is whole and that the TPM at hand opens; single keys may be lost.</summary>
    [JsonIgnore]
    public bool MayBeRestored => TpmProblem is null && Problems.Count == 0;

    [JsonIgnore]
    public BackupManifest Manifest => manifest;

    private IEnumerable<Verdict> All => [.. Keys, .. Secrets, .. SigningKeys];
}
