using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Audit;

/// <summary>A row of <c>audit_checkpoints</c>.</summary>
internal sealed class CheckpointRow
{
    public long Counter { get; set; }

    public long Size { get; set; }

    public string Body { get; set; } = "";

    public byte[]? Area { get; set; }

    public byte[]? Attest { get; set; }

    public byte[]? Signature { get; set; }

    public byte[] Mac { get; set; } = [];

    /// <summary>Intended, and not known to be signed.</summary>
    public bool IsPending => Attest is null;

    public object?[] Fields => [Counter, Size, Body, Area, Attest, Signature];

    /// <param name="attestationKey">TPM2B_PUBLIC.</param>
    public SignedCheckpoint ToSigned(byte[] attestationKey) => new()
    {
        Text = Body,
        Attest = Attest!,
        Signature = Signature!,
        Counter = Area!,
        AttestationKey = attestationKey,
    };
}
