using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>Registers the mediator by hand: this is the only place with an order, and a test resolves every handler.</summary>
internal static partial class Messages
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddTransient<ServiceFactory>(provider => type => provider.GetService(type)!);
        services.AddTransient<IMediator, Mediator>();

        // In this order, the deadline last. No constraint on a behaviour beyond the mediator's own: one whose constraint
        // is unmet is skipped in silence.
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(TelemetryBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(AuditBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(GrantBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(KeyStateBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(DeadlineBehavior<,>));
        services.AddSingleton<LateWork>();
        AddMachineMessages(services);
        AddKeyMessages(services);
        AddSecretMessages(services);
        AddRandomMessages(services);
        AddBackupMessages(services);
        AddClientMessages(services);
        return services;
    }

    private static void AddHandler<TRequest, TValue, THandler>(IServiceCollection services)
        where TRequest : IRequest<Outcome<TValue>>
        where THandler : class, IRequestHandler<TRequest, Outcome<TValue>> =>
        services.AddTransient<IRequestHandler<TRequest, Outcome<TValue>>, THandler>();
}
