namespace KeyBroker.Attestation.Quotes;

/// <summary>Which boot a quote is of: the counters of TPMS_CLOCK_INFO (TPM 2.0 Part 2, 10.11.1).</summary>
public readonly record struct BootCounters(uint ResetCount, uint RestartCount);
