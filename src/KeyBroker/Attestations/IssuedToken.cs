namespace KeyBroker.Attestations;

/// <summary>A token and what its bearer is told about it.</summary>
internal sealed record IssuedToken(string Token, TimeSpan Lifetime, IReadOnlyList<string> Policies);
