using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>What one platform configuration register held when it was quoted.</summary>
internal sealed record RegisterValue(TpmAlgorithm Bank, int Index, byte[] Value);
