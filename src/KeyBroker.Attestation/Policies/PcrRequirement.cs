using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>One register that must hold one of the accepted values.</summary>
public sealed record PcrRequirement(int Pcr, ImmutableArray<AcceptedValue> AnyOf);
