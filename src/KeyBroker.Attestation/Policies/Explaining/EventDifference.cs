namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>The first extension of a register that is not what a baseline has in its place.</summary>
/// <param name="Position">Which extension, counted from 1.</param>
/// <param name="Baseline">The baseline that was compared with.</param>
/// <param name="Actual">Null where the register was extended less often.</param>
/// <param name="Expected">Lower-case hex; null where the register was extended more often.</param>
public sealed record EventDifference(int Position, string Baseline, ExplainedEvent? Actual, string? Expected);
