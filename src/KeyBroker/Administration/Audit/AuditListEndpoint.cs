using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/audit: records in their order, each with the hashes that chain it.</summary>
internal sealed class AuditListEndpoint(AuditLog log) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/audit");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = log.List(After(page), page.Limit + 1);
        return JsonAnswer.SendAsync(
            HttpContext, 200, page.Answer(found, Of, entry => entry.Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    private static long After(Page page)
    {
        if (page.After.Length == 0)
        {
            return 0;
        }

        return long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw DeniedException.Malformed("a sequence number is expected", "after");
    }

    private static JsonObject Of(AuditEntry entry) => new()
    {
        ["seq"] = entry.Sequence,
        ["record"] = entry.Record,
        ["previous"] = Convert.ToHexStringLower(entry.Previous),
        ["hash"] = Convert.ToHexStringLower(entry.Hash),
    };
}
