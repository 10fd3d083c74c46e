namespace KeyBroker.Attestation.Policies;

/// <summary>A PCR value that a file accepts, and the name that refusals call it by.</summary>
public sealed record AcceptedValue(ReadOnlyMemory<byte> Value, string Label);
