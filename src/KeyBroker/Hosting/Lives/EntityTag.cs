using System.Globalization;
using KeyBroker.Attestation;
using KeyBroker.Vault;
using Microsoft.Net.Http.Headers;

namespace KeyBroker.Hosting;

/// <summary>Which state of a key or secret a caller saw (RFC 9110, 8.8.3): its revision, which grows with every change.</summary>
internal static class EntityTag
{
    public static string Of(VaultItem item) => string.Create(CultureInfo.InvariantCulture, $"\"{item.Revision}\"");

    /// <summary>True where the request is about what must not be there yet: <c>If-None-Match: *</c> (RFC 9110, 13.1.2).</summary>
    /// <exception cref="DeniedException">request-malformed: any other If-None-Match.</exception>
    public static bool DemandsNew(HttpRequest request) => request.Headers.IfNoneMatch switch
    {
        [] => false,
        ["*"] => true,
        _ => throw DeniedException.Malformed("If-None-Match takes * alone"),
    };

    /// <summary>What the If-Match of a request demands of the key or secret; null where it has none.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static Action<VaultItem>? Demand(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags))
        {
            throw DeniedException.Malformed("entity tags are expected in If-Match");
        }

        return item =>
        {
            // RFC 9110, 13.1.1: a strong comparison. The contract knows no 412.
            if (!tags.Any(tag => tag.Tag == "*" || (!tag.IsWeak && tag.Tag == Of(item))))
            {
                throw KeyLifeCycle.Refuse(ItemChanges.NotDestroyed(item), $"the {item.Kind.Name} changed: it is {Of(item)} now");
            }
        };
    }
}
