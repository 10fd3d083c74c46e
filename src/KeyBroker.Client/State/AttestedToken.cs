namespace KeyBroker.Client;

/// <summary>A token and what the broker said about it.</summary>
public sealed record AttestedToken(string Token, DateTimeOffset ExpiresAt, IReadOnlyList<string> Policies, string Pcrs)
{
    /// <summary>Never prints the token.</summary>
    public override string ToString() => $"token until {ExpiresAt:O}";
}
