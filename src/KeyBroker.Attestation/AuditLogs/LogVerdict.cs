using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>What was found of a log.</summary>
public sealed record LogVerdict
{
    /// <summary>Null where all fits.</summary>
    public LogFault? Fault { get; init; }

    /// <summary>How many records fitted.</summary>
    public required long Records { get; init; }

    /// <summary>The number of the last that did.</summary>
    public required long Last { get; init; }

    /// <summary>Its hash.</summary>
    public required byte[] Head { get; init; }

    /// <summary>The root over all records that fitted; null where the log does not begin with the first.</summary>
    public byte[]? Root { get; init; }

    /// <summary>How many show hashes in place of identifiers: of those only the place is proven.</summary>
    public long Redacted { get; init; }

    /// <summary>How many say that the clock was back then.</summary>
    public long ClockSteps { get; init; }

    /// <summary>How many checkpoints hold.</summary>
    public int Checkpoints { get; init; }

    /// <summary>How many stand behind later records in a log that was read once only: their signature holds, and what it is over was not compared.</summary>
    public int Uncompared { get; init; }

    /// <summary>The newest that holds: whatever follows it is not yet covered by any.</summary>
    public CheckpointBody? Newest { get; init; }

    /// <summary>Whose signature they bear.</summary>
    public TpmName? Signer { get; init; }
}
