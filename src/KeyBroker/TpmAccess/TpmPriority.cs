namespace KeyBroker.TpmAccess;

/// <summary>The lane of a unit of work: a waiting caller, then housekeeping, then what takes the TPM for seconds.</summary>
internal enum TpmPriority
{
    Interactive,
    Bulk,

    /// <summary>Known to be long: the generation of an RSA key.</summary>
    Long,
}
