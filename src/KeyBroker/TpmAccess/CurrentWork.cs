namespace KeyBroker.TpmAccess;

/// <summary>What the TPM is at: the kind of work, and since when.</summary>
internal sealed record CurrentWork(TpmPriority Kind, DateTimeOffset Since);
