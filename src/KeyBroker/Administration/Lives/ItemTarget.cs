using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>Which key or secret a path of the administrative API names.</summary>
internal static class ItemTarget
{
    /// <exception cref="Attestation.DeniedException">request-malformed: no name.</exception>
    public static (ItemKind Kind, string Name) Of(HttpContext context)
    {
        var collection = RequestTarget.Segment(context, 2);
        return (ItemKind.All.Single(kind => kind.Collection == collection), RequestTarget.Name(context, index: 3));
    }
}
