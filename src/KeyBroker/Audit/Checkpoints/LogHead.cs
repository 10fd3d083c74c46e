namespace KeyBroker.Audit;

/// <summary>Where the log ends: the number of its last record, and that record's hash.</summary>
internal sealed record LogHead(long Size, byte[] Chain);
