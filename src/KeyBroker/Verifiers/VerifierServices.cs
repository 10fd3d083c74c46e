using System.Collections.Immutable;

namespace KeyBroker.Verifiers;

/// <summary>Registers the remote verifiers of the configuration.</summary>
internal static class VerifierServices
{
    public static IServiceCollection AddVerifiers(this IServiceCollection services, ImmutableArray<VerifierSettings> settings)
    {
        services.AddSingleton(provider => new RemoteVerifiers(
            settings, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RemoteVerifiers>>()));
        services.AddSingleton<VerifierGauges>();
        return services.AddHostedService<VerifierUpkeep>();
    }
}
