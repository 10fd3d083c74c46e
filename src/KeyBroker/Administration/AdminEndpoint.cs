using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;

namespace KeyBroker.Administration;

/// <summary>An endpoint of the administrative API: it has a peer, which only the admin listener gives it.</summary>
internal abstract class AdminEndpoint : EndpointWithoutRequest
{
    protected AdminPeer Peer => HttpContext.Features.Get<AdminPeer>()
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path");

    public sealed override Task HandleAsync(CancellationToken ct)
    {
        if (!HttpMethods.IsGet(HttpContext.Request.Method))
        {
            var path = (HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            RefusalRecords.Know(HttpContext, Subject("admin.request", path?.Trim('/')));
        }

        _ = Peer;
        return ServeAsync(ct);
    }

    protected abstract Task ServeAsync(CancellationToken cancellationToken);

    /// <summary>What the audit says about an administrator's act.</summary>
    protected AuditSubject Subject(string operation, string? resource = null) => new(operation)
    {
        Resource = resource,
        Peer = Peer.Name,
        RequestId = HttpContext.TraceIdentifier,
    };

    /// <summary>AUD-28. The same, of an act that its body says more about.</summary>
    /// <param name="body">Whose every member was read, and so is known.</param>
    protected AuditSubject Subject(string operation, string resource, RequestBody body) => Subject(operation, resource) with
    {
        RequestDigest = body.Digest,
        Changes = body.Members(),
    };
}
