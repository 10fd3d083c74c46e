namespace KeyBroker.Attestation.Certificates;

/// <summary>A certificate and what came with it, not a byte of it believed.</summary>
public sealed record EndorsementEvidence(ReadOnlyMemory<byte> Certificate, IReadOnlyList<ReadOnlyMemory<byte>> Intermediates);
