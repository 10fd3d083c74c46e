namespace KeyBroker.Verifiers;

/// <summary>How evidence goes to a verifier of kind background, and with how much patience.</summary>
internal sealed record BackgroundSettings(Uri Url, VerifierApi Api)
{
    public required EvidenceShape Evidence { get; init; }

    /// <summary>Of the evidence.</summary>
    public required string MediaType { get; init; }

    /// <summary>The whole exchange.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>One request of it.</summary>
    public required TimeSpan AttemptTimeout { get; init; }

    public required int Retries { get; init; }

    /// <summary>Exchanges under way at once; further ones are not made.</summary>
    public required int Concurrency { get; init; }

    /// <summary>So many requests without an answer among those of half a minute, and half of them, open the circuit.</summary>
    public required int CircuitFailures { get; init; }

    public required TimeSpan CircuitBreak { get; init; }

    /// <summary>PEM files of certificate and key that the broker shows; null: none.</summary>
    public (string Certificate, string Key)? ClientCertificate { get; init; }

    /// <summary>A file with a bearer token, read anew for each exchange; null: none.</summary>
    public string? TokenFile { get; init; }
}
