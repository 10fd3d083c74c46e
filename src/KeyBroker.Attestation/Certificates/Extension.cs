namespace KeyBroker.Attestation.Certificates;

/// <summary>One extension of a certificate, its value still encoded.</summary>
internal sealed record Extension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
