using KeyBroker.Configuration;

namespace KeyBroker.SelfAttestations;

/// <summary>Registers what attests the broker itself.</summary>
internal static class SelfAttestationServices
{
    /// <exception cref="StartupException">The log that was configured cannot be read.</exception>
    public static IServiceCollection AddSelfAttestations(this IServiceCollection services, BrokerSettings settings) => services
        .AddSingleton(new HostEventLog(settings))
        .AddSingleton<SelfAttester>()
        .AddSingleton<SelfAttestationQueue>()
        .AddSingleton<SourceBudget>();
}
