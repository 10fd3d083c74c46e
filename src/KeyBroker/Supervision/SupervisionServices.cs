namespace KeyBroker.Supervision;

/// <summary>Registers what keeps the service manager informed; without one it does nothing.</summary>
internal static class SupervisionServices
{
    public static IServiceCollection AddSupervision(this IServiceCollection services) => services
        .AddSingleton(provider => ServiceManager.OfEnvironment(provider.GetRequiredService<ILogger<ServiceManager>>()))
        .AddHostedService(provider => provider.GetRequiredService<ServiceManager>())
        .AddHostedService<Watchdog>();
}
