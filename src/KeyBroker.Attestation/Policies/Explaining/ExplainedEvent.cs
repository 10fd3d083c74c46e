namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>One extension of a register: its digest happened, the words are the log's.</summary>
/// <param name="Position">Which extension of the register it is, counted from 1.</param>
/// <param name="Digest">Lower-case hex.</param>
public sealed record ExplainedEvent(int Position, string Digest)
{
    /// <summary>Its number in the log; null where only the digests were kept.</summary>
    public int? Number { get; init; }

    public string? Type { get; init; }

    public string? Description { get; init; }

    /// <summary>True where the digest is over what the description was made of.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>True where the baseline that it was compared with has the digest too, anywhere in this register.</summary>
    public bool IsExpected { get; init; }
}
