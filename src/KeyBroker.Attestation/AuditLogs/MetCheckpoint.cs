namespace KeyBroker.Attestation.AuditLogs;

/// <summary>A checkpoint that stands in a log, and where it says that it stands.</summary>
/// <param name="WasCompared">It was known before its line came, and compared at the last record it is over.</param>
internal sealed record MetCheckpoint(CheckpointBody Body, long? Behind, bool WasCompared)
{
    public long Place => Behind ?? Body.Size;
}
