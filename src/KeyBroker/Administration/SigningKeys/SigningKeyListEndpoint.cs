using KeyBroker.Hosting;
using KeyBroker.Receipts;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/signing-keys: the published ones, with their certificates.</summary>
internal sealed class SigningKeyListEndpoint(SigningKeys keys) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/signing-keys");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = keys.Published.OrderBy(key => key.Kid, StringComparer.Ordinal)
            .Where(key => string.CompareOrdinal(key.Kid, page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(found, key => SigningKeyJson.Of(keys, key), key => key.Kid));
    }
}
