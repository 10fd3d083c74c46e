namespace KeyBroker.Tests.Receipts;

/// <summary>One change to a good token, and the code it must get; no code where the token stays good.</summary>
internal sealed record TokenAttack(string Name, string? Code, Func<TokenCase, string> Mutate);
