namespace KeyBroker.Tpm.Sessions;

/// <summary>TPMA_SESSION (TPM 2.0 Part 2, 8.4).</summary>
[Flags]
internal enum SessionAttributes : byte
{
    None = 0,
    ContinueSession = 1 << 0,
    AuditExclusive = 1 << 1,
    AuditReset = 1 << 2,
    Decrypt = 1 << 5,
    Encrypt = 1 << 6,
    Audit = 1 << 7,
}
