using System.Diagnostics;
using KeyBroker.Tpm.Transports;
using KeyBroker.Verifiers;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KeyBroker.Telemetry;

/// <summary>Registers who listens to instruments and spans: Prometheus always, a collector where one is configured.</summary>
internal static class TelemetryServices
{
    private const string Service = "keybrokerd";
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<BrokerGauges>().AddSingleton<AuditGauges>();
        services.AddSingleton<DistributedContextPropagator, TraceBoundary>();
        var hasCollector = configuration[Collector] is { Length: > 0 };
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Service))
            .WithMetrics(metrics => Measure(metrics, hasCollector));

        // Without a collector nobody listens, and no span is made.
        if (hasCollector)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(Spans.Source, Spans.ServerSource)
                .AddOtlpExporter());
        }

        return services;
    }

    /// <summary>GET /metrics.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<BrokerGauges>();
        _ = app.Services.GetRequiredService<AuditGauges>();
        _ = app.Services.GetRequiredService<VerifierGauges>();
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
    }

    private static void Measure(MeterProviderBuilder metrics, bool hasCollector)
    {
        metrics.AddMeter(BrokerMeter.Name, PatientTransport.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime");
        metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
        if (hasCollector)
        {
            metrics.AddOtlpExporter();
        }
    }
}
