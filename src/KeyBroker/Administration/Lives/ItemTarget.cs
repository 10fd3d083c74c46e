using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>Which key or secret a path of the administrative API names.</summary>
internal static class ItemTarget
{
    /// <exception cref="DeniedException">request-malformed: no name; not-found.</exception>
    public static (ItemKind Kind, string Name) Of(HttpContext context)
    {
        var collection = RequestTarget.Segment(context, 2);
        return ItemKind.All.FirstOrDefault(kind => kind.Collection == collection) is { } named
            ? (named, RequestTarget.Name(context, index: 3))
            : throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path");
    }
}
