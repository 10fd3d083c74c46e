using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>What whoever verifies a log knows of it from elsewhere.</summary>
public sealed record LogExpectations
{
    /// <summary>The record that the export begins with; only of a whole one can the tree be checked.</summary>
    public long First { get; init; } = 1;

    /// <summary>The name of the key that must have signed every checkpoint; null for whichever signed the first.</summary>
    public TpmName? Signer { get; init; }

    /// <summary>Checkpoints that were kept elsewhere.</summary>
    public IReadOnlyList<SignedCheckpoint> Known { get; init; } = [];

    /// <summary>What <see cref="LateCheckpoints"/> found in the log itself: known before its line is met.</summary>
    public IReadOnlyList<SignedCheckpoint> Late { get; init; } = [];

    /// <summary>Records without names may stand for those with them: their places can be verified, their words cannot.</summary>
    public bool WithoutNames { get; init; }

    /// <summary>A hash that has to be in the chain.</summary>
    public byte[]? Contains { get; init; }
}
