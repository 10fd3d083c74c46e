namespace KeyBroker.Gate;

/// <summary>The request that a proof must be of: method, issuer and raw path, access token, and the instant.</summary>
internal sealed record ProofContext(string Method, string Target, string Token, DateTimeOffset Now);
