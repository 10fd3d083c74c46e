namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_SESSION_AUDIT_INFO (Part 2, 10.12.6): the digest of all commands and responses of a session.</summary>
/// <param name="IsExclusive">Whether the TPM has executed no other command in between.</param>
public sealed record SessionAuditInfo(bool IsExclusive, ReadOnlyMemory<byte> Digest)
{
    public static SessionAuditInfo Read(ref TpmReader reader) =>
        new(reader.ReadYesNo(), reader.ReadSized(HashAlgorithms.MaxSize).ToArray());
}
