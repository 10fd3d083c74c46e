namespace KeyBroker.Client;

/// <summary>A token and what the broker said about it.</summary>
public sealed record AttestedToken(string Token, DateTimeOffset ExpiresAt, IReadOnlyList<string> Policies, string Pcrs)
{
    /// <summary>Which log was sent, as <see cref="EventLogFile.Text"/>: the next attestation sends it too.</summary>
    public string? EventLog { get; init; }

    /// <summary>Whom a remote verifier vouched for; null for the machine that is enrolled here.</summary>
    public string? Caller { get; init; }

    /// <summary>Never prints the token.</summary>
    public override string ToString() => $"token until {ExpiresAt:O}";
}
