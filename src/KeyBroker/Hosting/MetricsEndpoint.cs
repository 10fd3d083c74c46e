using FastEndpoints;

namespace KeyBroker.Hosting;

/// <summary>GET /metrics: Prometheus text.</summary>
internal sealed class MetricsEndpoint(BrokerMetrics metrics) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/metrics");
        AllowAnonymous(); // Counts only.
    }

    public override Task HandleAsync(CancellationToken ct)
    {
        HttpContext.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return HttpContext.Response.WriteAsync(metrics.ToText(), ct);
    }
}
