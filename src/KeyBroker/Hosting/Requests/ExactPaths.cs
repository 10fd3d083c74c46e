using KeyBroker.Attestation;
using Microsoft.AspNetCore.Routing.Patterns;

namespace KeyBroker.Hosting;

/// <summary>
/// PRO-12. A route answers to its own spelling alone. Routing takes other letters, a final slash and percent-encoded letters for the same path,
/// which the rules of a proxy in front do not.
/// </summary>
internal sealed class ExactPaths(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is not RouteEndpoint { RoutePattern.PathSegments: var route } || IsSpelled(RequestTarget.RawPath(context), route)
            ? next(context)
            : throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path");

    private static bool IsSpelled(string path, IReadOnlyList<RoutePatternPathSegment> route)
    {
        var sent = path[1..].Split('/');
        return sent.Length == route.Count && route.Zip(sent).All(pair => IsSpelled(pair.Second, pair.First));
    }

    // Only a name is the caller's to spell.
    private static bool IsSpelled(string sent, RoutePatternPathSegment segment) =>
        segment.Parts is not [RoutePatternLiteralPart literal] || string.Equals(sent, literal.Content, StringComparison.Ordinal);
}
