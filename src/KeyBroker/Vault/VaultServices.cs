using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Registers an open vault and its parts.</summary>
internal static class VaultServices
{
    /// <summary>The vault is opened before the host is built, because a start-up without it must fail; the host closes it.</summary>
    public static IServiceCollection AddVault(this IServiceCollection services, BrokerVault vault) => services
        .AddSingleton(_ => vault)
        .AddSingleton(vault.Worker)
        .AddSingleton(vault.Hierarchy)
        .AddSingleton(vault.Root)
        .AddSingleton(vault.Root.RowMac)
        .AddSingleton(vault.Sealer)
        .AddSingleton(vault.Keys)
        .AddSingleton(vault.Uses)
        .AddSingleton(vault.Upkeep)
        .AddSingleton(vault.Destructions)
        .AddSingleton(vault.Erasure)
        .AddSingleton(vault.Signatures)
        .AddSingleton(vault.Macs)
        .AddSingleton(vault.Ciphers)
        .AddSingleton(vault.Attester)
        .AddSingleton(vault.Agreements)
        .AddSingleton(vault.Exports)
        .AddSingleton(vault.Randomness)
        .AddSingleton(vault.Secrets)
        .AddSingleton(vault.AttestationKey)
        .AddSingleton(vault.EndorsementKey)
        .AddSingleton<LockoutWatch>()
        .AddHostedService(provider => provider.GetRequiredService<LockoutWatch>());
}
