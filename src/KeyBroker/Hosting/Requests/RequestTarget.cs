using Microsoft.AspNetCore.Http.Features;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Hosting;

/// <summary>The path as the caller sent it, before any server decoded anything.</summary>
internal static class RequestTarget
{
    private const int Longest = 8 * 1024;

    /// <summary>The path of the raw target: no query, nothing decoded.</summary>
    public static string RawPath(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOfAny(['?', '#']);
        return query < 0 ? target : target[..query];
    }

    /// <summary>Refuses targets that two readers could take for different resources, and those that no resource has.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static void RefuseAmbiguous(HttpContext context)
    {
        if (context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length > Longest)
        {
            throw DeniedException.Malformed("a target of more than 8 KiB");
        }

        var path = RawPath(context);
        if (!path.StartsWith('/'))
        {
            // The server decodes the path of an absolute target further than that of any other, %2F included.
            throw DeniedException.Malformed("a target that begins with / is expected");
        }

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
