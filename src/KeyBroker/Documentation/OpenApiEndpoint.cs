using FastEndpoints;

namespace KeyBroker.Documentation;

/// <summary>GET /openapi.yaml: every route, as specs/openapi.yaml describes it.</summary>
internal sealed class OpenApiEndpoint : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/openapi.yaml");
        AllowAnonymous(); // The same for everybody.
    }

    public override Task HandleAsync(CancellationToken ct) =>
        DocumentationAnswer.SendAsync(HttpContext, "application/yaml", DocumentationFiles.OpenApi);
}
