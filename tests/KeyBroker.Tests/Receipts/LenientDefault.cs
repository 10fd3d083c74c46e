using Microsoft.IdentityModel.Tokens;

namespace KeyBroker.Tests.Receipts;

/// <summary>A token that the JWT library takes as it comes, and that the broker's verifier must not.</summary>
/// <param name="Name">The default that lets it in.</param>
/// <param name="Make">The token.</param>
internal sealed record LenientDefault(string Name, Func<TokenCase, string> Make)
{
    /// <summary>What somebody would set who wants the library to work and leaves the rest.</summary>
    public Action<TokenValidationParameters, TokenCase> Set { get; init; } = (_, _) => { };

    /// <summary>What the broker answers.</summary>
    public string Code { get; init; } = Attestation.ProblemCodes.TokenInvalid;
}
