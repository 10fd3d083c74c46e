using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>What an event extended one bank with.</summary>
public readonly record struct LogDigest(TpmAlgorithm Algorithm, ReadOnlyMemory<byte> Value);
