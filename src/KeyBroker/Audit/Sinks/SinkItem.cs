using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Audit;

/// <summary>A record or a checkpoint, one of them, as a sink is given it.</summary>
/// <param name="Behind">The record that it is, or that it comes behind.</param>
internal sealed record SinkItem(AuditEntry? Record, SignedCheckpoint? Checkpoint, long Behind);
