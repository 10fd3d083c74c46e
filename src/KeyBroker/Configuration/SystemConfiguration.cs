using Microsoft.Extensions.Configuration.Json;

namespace KeyBroker.Configuration;

/// <summary>The appsettings.json of the host, in the folder that systemd names to the service.</summary>
internal static class SystemConfiguration
{
    /// <summary>How systemd names the folder: as RUNTIME_DIRECTORY names that of the socket.</summary>
    public const string FolderVariable = "CONFIGURATION_DIRECTORY";

    /// <summary>Adds the file above the one beside the binary, and below the environment and the command line.</summary>
    /// <exception cref="StartupException">The service has such a folder, but no readable file in it.</exception>
    public static void Add(ConfigurationManager configuration, string? folder)
    {
        if (folder is not { Length: > 0 })
        {
            return;
        }

        var path = Path.Combine(folder, "appsettings.json");
        if (!File.Exists(path))
        {
            // Not optional: without it the broker would come up on a TPM of its own choice.
            throw new StartupException($"restore {path}: the service is configured there");
        }

        try
        {
            configuration.Sources.Insert(AfterJson(configuration.Sources), Source(path));
        }
        catch (Exception failure) when (failure is InvalidDataException or UnauthorizedAccessException)
        {
            throw new StartupException($"correct {path}: {failure.GetBaseException().Message}", failure);
        }
    }

    private static JsonConfigurationSource Source(string path)
    {
        var source = new JsonConfigurationSource { Path = path };
        source.ResolveFileProvider();
        return source;
    }

    private static int AfterJson(IList<IConfigurationSource> sources) =>
        sources.IndexOf(sources.Last(source => source is JsonConfigurationSource)) + 1;
}
