using KeyBroker.Hosting;
using KeyBroker.Verifiers;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/verifiers: the remote verifiers of the configuration, and how it stands with them.</summary>
internal sealed class VerifierListEndpoint(RemoteVerifiers verifiers) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/verifiers");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = verifiers.All.OrderBy(verifier => verifier.Name, StringComparer.Ordinal)
            .Where(verifier => string.CompareOrdinal(verifier.Name, page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(found, VerifierJson.Of, verifier => verifier.Name));
    }
}
