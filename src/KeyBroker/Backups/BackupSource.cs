using System.Reflection;
using KeyBroker.Configuration;
using KeyBroker.Hosting;

namespace KeyBroker.Backups;

/// <summary>What a backup is of, beside the store and the TPM.</summary>
internal sealed class BackupSource(BrokerSettings settings, PoliciesInForce policies)
{
    public static string ProgramVersion { get; } =
        typeof(BackupSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public string StateDirectory => settings.StateDirectory;

    public string Issuer => settings.Issuer;

    public PoliciesInForce Policies => policies;
}
