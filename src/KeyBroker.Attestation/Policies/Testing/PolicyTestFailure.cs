namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>One thing that a case expected and that was not so.</summary>
public sealed record PolicyTestFailure(string What, string Expected, string Actual);
