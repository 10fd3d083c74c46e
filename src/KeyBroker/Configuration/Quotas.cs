using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>How much one machine may make; 0 is without end.</summary>
internal sealed record Quotas(int KeysPerMachine, int SecretsPerMachine, int VersionsPerKey, int VersionsPerSecret)
{
    private const int Default = 10_000;

    /// <exception cref="StartupException">A quota is no whole number, or none of ours.</exception>
    public static Quotas Read(IConfiguration section)
    {
        var quotas = new Quotas(
            Number(section, nameof(KeysPerMachine)), Number(section, nameof(SecretsPerMachine)),
            Number(section, nameof(VersionsPerKey)), Number(section, nameof(VersionsPerSecret)));
        string[] known = [nameof(KeysPerMachine), nameof(SecretsPerMachine), nameof(VersionsPerKey), nameof(VersionsPerSecret)];
        var unknown = section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        return unknown is null ? quotas : throw new StartupException($"remove or correct KeyBroker:Quotas:{unknown.Key}");
    }

    private static int Number(IConfiguration section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return Default;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new StartupException($"set KeyBroker:Quotas:{key} to a whole number, 0 for no quota");
    }
}
