namespace KeyBroker.Tpm.Policies;

/// <summary>An NV index that a policy looks at, and what allows reading it.</summary>
/// <param name="Holds">The policy whose digest it holds, for TPM2_PolicyAuthorizeNV.</param>
public sealed record NvAccess(TpmObject Index, AuthorizedHandle Authority, Policy? Holds = null);
