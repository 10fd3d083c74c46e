namespace KeyBroker.Attestation.Policies.Review;

/// <summary>A use of a key or secret that a policy granted, as the audit has it.</summary>
public sealed record GrantUse(string Policy, ResourceKind Kind, string Name, string Verb);
