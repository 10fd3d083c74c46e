using System.Net;

namespace KeyBroker.Verifiers;

/// <summary>A URL of a verifier: https, or http on the loopback.</summary>
internal static class VerifierUrl
{
    private const string What = "an https URL without user, query and fragment, or http on the loopback";

    /// <exception cref="Configuration.StartupException">It is none.</exception>
    public static Uri Read(VerifierSection section, string key) =>
        Uri.TryCreate(section.Required(key, What), UriKind.Absolute, out var url)
        && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && IsLoopback(url)))
            ? url
            : throw section.Wrong(key, What);

    /// <summary>True for the same scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && string.Equals(left.Host, right.Host, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
