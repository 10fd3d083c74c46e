namespace KeyBroker.Audit;

/// <summary>A record as it stands in the log: numbered, and chained to the one before by its hash.</summary>
internal sealed record AuditEntry(long Sequence, string Record, byte[] Previous, byte[] Hash);
