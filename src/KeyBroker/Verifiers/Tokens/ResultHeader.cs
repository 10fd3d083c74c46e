using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>VER-11. Which key must have signed, and how; a header brings no key and points to none.</summary>
internal sealed record ResultHeader(string Algorithm, string? Kid)
{
    private const int MaxKid = 256;
    private static readonly string[] s_forbidden = ["jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc"];

    /// <exception cref="ResultException">Anything is not as the verifier's configuration has it.</exception>
    public static ResultHeader Check(StrictObject header, VerifierSettings settings)
    {
        if (s_forbidden.FirstOrDefault(header.Has) is { } forbidden)
        {
            throw new ResultException($"its header has {forbidden}", forbidden);
        }

        // Some services repeat here where their keys are. It is never looked at, but to lie about it is refused.
        if (header.Has("jku") && Text(header, "jku") != settings.Jwks.Url?.OriginalString)
        {
            throw new ResultException("its header points to other keys than the configured ones", "jku");
        }

        var (algorithm, type) = (Text(header, "alg"), Text(header, "typ"));
        if (!settings.Algorithms.Contains(algorithm, StringComparer.Ordinal))
        {
            throw new ResultException("its alg is none that this verifier signs with", "alg");
        }

        return settings.Types.Contains(type, StringComparer.Ordinal)
            ? new ResultHeader(algorithm, header.Has("kid") ? KidOf(header) : null)
            : throw new ResultException("its typ is another", "typ");
    }

    private static string KidOf(StrictObject header) => Text(header, "kid") is { Length: > 0 and <= MaxKid } kid
        ? kid
        : throw new ResultException("its kid is empty or too long", "kid");

    private static string Text(StrictObject header, string name) => header.Has(name)
        ? header.Text(name)
        : throw new ResultException($"its header has no {name}", name);
}
