namespace KeyBroker.Client;

/// <summary>What an appraisal has to be about for the one who asked.</summary>
/// <param name="Issuer">The broker.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Nonce">What was asked with, base64url.</param>
public sealed record AppraisalExpectations(string Issuer, string Client, string Nonce)
{
    /// <summary>Whose evidence it was; null for whichever machine's.</summary>
    public string? Machine { get; init; }
}
