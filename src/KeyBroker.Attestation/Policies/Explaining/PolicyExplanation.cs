using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>A policy that selected the machine, requirement by requirement.</summary>
public sealed record PolicyExplanation(PolicyOutcome Outcome, ImmutableArray<RequirementExplanation> Requirements);
