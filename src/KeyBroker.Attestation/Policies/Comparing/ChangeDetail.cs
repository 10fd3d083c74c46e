namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>One thing that differs between two versions of a document.</summary>
public sealed record ChangeDetail(Effect Effect, string Text);
