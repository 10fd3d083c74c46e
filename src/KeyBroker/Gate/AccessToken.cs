using KeyBroker.Attestation;

namespace KeyBroker.Gate;

/// <summary>Takes the access token out of the <c>Authorization</c> header.</summary>
internal static class AccessToken
{
    private const string Scheme = "DPoP ";

    /// <exception cref="DeniedException">token-missing; token-invalid for Bearer and every other scheme.</exception>
    public static string Of(HttpRequest request) => request.Headers.Authorization switch
    {
        [] => throw new DeniedException(ProblemCodes.TokenMissing, "send Authorization: DPoP and a token"),
        [{ } value] when value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) => value[Scheme.Length..].Trim(),
        _ => throw new DeniedException(ProblemCodes.TokenInvalid, "only the DPoP scheme is accepted, once"),
    };
}
