namespace KeyBroker.Audit;

/// <summary>Registers the log, its checkpoints and its sinks.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditParts parts) => services
        .AddSingleton(parts.Log)
        .AddSingleton(parts.Tree)
        .AddSingleton(parts.Checkpoints)
        .AddSingleton(parts.Maker)
        .AddSingleton(parts.Lines)
        .AddSingleton<AuditExporter>()
        .AddSingleton(parts.Sinks)
        .AddSingleton(parts.Cursors)
        .AddSingleton(parts.Feed)
        .AddSingleton(parts.Required)
        .AddSingleton<StoreSpace>()
        .AddSingleton<AuditProgress>()
        .AddSingleton<CheckpointHealth>()
        .AddHostedService<SinkPump>()
        .AddHostedService<CheckpointService>();
}
