namespace KeyBroker.Tpm.Commands;

/// <summary>How a TPM's self test went.</summary>
/// <param name="Details">What the manufacturer makes of it.</param>
public sealed record TestResult(byte[] Details, TpmResponseCode Code);
