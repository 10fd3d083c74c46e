namespace KeyBroker.Hosting;

/// <summary>Counts answers by status.</summary>
internal sealed class MetricsMiddleware(RequestDelegate next, BrokerMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        metrics.Answered(context.Response.StatusCode);
    }
}
