using KeyBroker.TpmAccess;

namespace KeyBroker.Audit;

/// <summary>The TPM's counter is beyond what this database says: somebody else counted, with another database.</summary>
internal sealed class CounterAheadException(long now, long wanted)
    : TpmUnavailableException($"the audit counter of the TPM is at {now}, beyond {wanted}");
