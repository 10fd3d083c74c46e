namespace KeyBroker.Gate;

/// <summary>The request that a proof must be of: method, issuer and raw path, access token and its key, and the instant.</summary>
internal sealed record ProofContext(string Method, string Target, string Token, DateTimeOffset Now)
{
    /// <summary>The thumbprint in the token's <c>cnf.jkt</c>.</summary>
    public required string CnfThumbprint { get; init; }
}
