namespace KeyBroker.Backups;

/// <summary>The last record of an audit log: its number, and its hash, hex.</summary>
internal sealed record AuditHead(long Seq, string Hash);
