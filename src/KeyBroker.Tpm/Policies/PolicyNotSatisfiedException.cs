namespace KeyBroker.Tpm.Policies;

/// <summary>What a policy demands cannot be given; the TPM was not asked.</summary>
public sealed class PolicyNotSatisfiedException(string message) : Exception(message);
