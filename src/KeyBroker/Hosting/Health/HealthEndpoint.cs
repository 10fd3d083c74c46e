using System.Text.Json.Nodes;
using FastEndpoints;

namespace KeyBroker.Hosting;

/// <summary>GET /healthz: the process is alive.</summary>
internal sealed class HealthEndpoint : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/healthz");
        AllowAnonymous(); // Says nothing.
    }

    public override Task HandleAsync(CancellationToken ct) =>
        JsonAnswer.SendAsync(HttpContext, 200, new JsonObject { ["status"] = "alive" });
}
