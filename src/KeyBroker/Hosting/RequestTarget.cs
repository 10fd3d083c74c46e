using Microsoft.AspNetCore.Http.Features;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Hosting;

/// <summary>The path as the caller sent it, before any server decoded anything.</summary>
internal static class RequestTarget
{
    /// <summary>The path of the raw target: no scheme and authority, no query, nothing decoded.</summary>
    public static string RawPath(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            // Absolute form (RFC 9112, 3.2.2).
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var slash = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            target = slash < 0 ? "/" : target[slash..];
        }

        var query = target.IndexOfAny(['?', '#']);
        return query < 0 ? target : target[..query];
    }

    /// <summary>Refuses targets that two readers could take for different resources.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static void RefuseAmbiguous(HttpContext context)
    {
        var path = RawPath(context);
        if (path.Contains("%25", StringComparison.Ordinal))
        {
            throw DeniedException.Malformed("%25 in the path");
        }

        if (path.Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or ".."))
        {
            throw DeniedException.Malformed("a dot segment in the path");
        }
    }

    /// <summary>One segment of the raw path, percent-decoded once; 0 is <c>v1</c>.</summary>
    public static string Segment(HttpContext context, int index)
    {
        var segments = RawPath(context).Split('/');
        return index + 1 < segments.Length ? Uri.UnescapeDataString(segments[index + 1]) : "";
    }

    /// <summary>The name in <c>/v1/keys/{name}</c> or <c>/v1/secrets/{name}</c>.</summary>
    /// <exception cref="DeniedException">request-malformed: no name.</exception>
    public static string Name(HttpContext context, int index = 2)
    {
        var name = Segment(context, index);
        return ResourceName.IsValid(name) ? name : throw DeniedException.Malformed("not a name", "name");
    }
}
