using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>What stands behind the value of one register.</summary>
/// <param name="Actual">Lower-case hex; null where it was not quoted.</param>
public sealed record RegisterExplanation(TpmAlgorithm Bank, int Pcr, string? Actual)
{
    /// <summary>The extensions that add up to the value; empty where no log explains it.</summary>
    public ImmutableArray<ExplainedEvent> Events { get; init; } = [];

    /// <summary>The digests of the baseline that this register was never extended with.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>Null where there is nothing to compare with.</summary>
    public EventDifference? FirstDifference { get; init; }

    /// <summary>Why there are no events, where there are none.</summary>
    public string? Note { get; init; }
}
