namespace KeyBroker.Attestation.AuditLogs;

/// <summary>How a log differs from what the broker wrote.</summary>
public enum LogFaultKind
{
    /// <summary>The record is not the one that was written.</summary>
    Changed = 1,

    /// <summary>The record is not there, and later ones are.</summary>
    Missing,

    /// <summary>A line too many, which takes a number that another has.</summary>
    Inserted,

    /// <summary>The record stands elsewhere.</summary>
    Moved,

    /// <summary>The log ends before a checkpoint that there is.</summary>
    Cut,

    /// <summary>Up to a checkpoint it is another log, though one without a fault in itself.</summary>
    Fork,

    /// <summary>Of two checkpoints the later has no higher value of the counter, or the one with the higher value the shorter log.</summary>
    CounterBack,

    /// <summary>A checkpoint is not by the TPM that it should be by.</summary>
    ForgedCheckpoint,
}
