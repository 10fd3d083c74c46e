using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>A decision, and everything that it rests on.</summary>
public sealed record Explanation(Decision Decision, ImmutableArray<PolicyExplanation> Policies);
