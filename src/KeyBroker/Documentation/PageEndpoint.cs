using FastEndpoints;

namespace KeyBroker.Documentation;

/// <summary>GET /docs: openapi.yaml as a page to read and try.</summary>
internal sealed class PageEndpoint : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/docs");
        AllowAnonymous(); // The same for everybody.
    }

    public override Task HandleAsync(CancellationToken ct) =>
        DocumentationAnswer.SendAsync(HttpContext, "text/html; charset=utf-8", DocumentationFiles.Page);
}
