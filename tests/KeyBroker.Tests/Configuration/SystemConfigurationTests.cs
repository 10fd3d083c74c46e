using KeyBroker.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KeyBroker.Tests.Configuration;

/// <summary>Where the host's appsettings.json stands among the sources [OPS-2], and what a bad one does [OPS-3].</summary>
public sealed class SystemConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-");

    private string Beside => Path.Combine(_folder.FullName, "beside.json");

    private string Host => Path.Combine(_folder.FullName, "appsettings.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_host_is_above_the_binary_and_below_the_command_line()
    {
        File.WriteAllText(Beside, """{ "KeyBroker": { "Tpm": "beside", "TokenLifetime": "1m", "ChallengeLifetime": "1s" } }""");
        File.WriteAllText(Host, """
            {
              // Comments are for people.
              "KeyBroker": { "Tpm": "host", "TokenLifetime": "2m" },
            }
            """);
        using var configuration = Sources("--KeyBroker:Tpm=line");

        SystemConfiguration.Add(configuration, _folder.FullName);

        Assert.Equal("line", configuration["KeyBroker:Tpm"]);
        Assert.Equal("2m", configuration["KeyBroker:TokenLifetime"]);
        Assert.Equal("1s", configuration["KeyBroker:ChallengeLifetime"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_folder_nothing_is_added(string? folder)
    {
        File.WriteAllText(Beside, "{}");
        using var configuration = Sources();
        var before = configuration.Sources.Count;

        SystemConfiguration.Add(configuration, folder);

        Assert.Equal(before, configuration.Sources.Count);
    }

    [Fact]
    public void A_folder_without_the_file_stops_the_start()
    {
        File.WriteAllText(Beside, "{}");
        using var configuration = Sources();

        var failure = Assert.Throws<StartupException>(() => SystemConfiguration.Add(configuration, _folder.FullName));

        Assert.StartsWith($"restore {Host}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_file_is_named_with_the_line()
    {
        File.WriteAllText(Beside, "{}");
        File.WriteAllText(Host, "{ \"KeyBroker\": {\n \"Tpm\": embedded } }");
        using var configuration = Sources();

        var failure = Assert.Throws<StartupException>(() => SystemConfiguration.Add(configuration, _folder.FullName));

        Assert.StartsWith($"correct {Host}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_packaged_file_is_read_and_starts_with_a_TPM_of_silicon()
    {
        File.WriteAllText(Beside, "{}");
        File.Copy(KeyBroker.Testing.Repository.Path("packaging", "appsettings.json"), Host);
        using var configuration = Sources();

        SystemConfiguration.Add(configuration, _folder.FullName);
        var settings = BrokerSettings.Read(configuration);

        Assert.Equal("device:/dev/tpmrm0", settings.Tpm);
        Assert.Equal("/etc/keybroker/policies", settings.PolicyDirectory);
        Assert.Equal("http://127.0.0.1:8440", Assert.Single(settings.Urls).Origin);
    }

    private ConfigurationManager Sources(params string[] arguments)
    {
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(Beside).AddEnvironmentVariables("KB_TEST_NONE_").AddCommandLine(arguments);
        return configuration;
    }
}
