using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Where the command takes its settings from.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-settings-");

    private string File => Path.Combine(_folder.FullName, "config.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        Write("""{"broker":"http://file:1","tpm":"device:/file","state":"~/kept","socket":"/file.sock"}""");
        var run = With(("KEYBROKER_BROKER", "http://env:1"), ("KEYBROKER_TPM", "device:/env"), ("HOME", "/home/me"));

        var settings = await SettingsAsync(run, "--broker", "http://line:1");

        Assert.Equal(("http://line:1", "command line"), settings["broker"]);
        Assert.Equal(("device:/env", "KEYBROKER_TPM"), settings["tpm"]);
        Assert.Equal(("/home/me/kept", File), settings["state"]);
        Assert.Equal(("/file.sock", File), settings["socket"]);
        Assert.Equal(("json", "command line"), settings["output"]);
    }

    [Fact]
    public async Task The_file_is_found_in_the_users_folder()
    {
        var folder = _folder.CreateSubdirectory("keybroker");
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, "config.json"), """{"broker":"http://xdg:1"}""");

        var settings = await SettingsAsync(new CommandRun
        {
            Environment = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = _folder.FullName },
        });

        Assert.Equal("http://xdg:1", settings["broker"].Value);
        Assert.Equal("default", settings["tpm"].Origin);
    }

    [Fact] // CLI-51
    public async Task An_empty_requirement_of_the_broker_is_wrong_usage_and_not_none()
    {
        Assert.Equal(ExitCode.Usage, (await With().RunAsync("attest", "--require-broker", "")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await With(("KEYBROKER_REQUIRE_BROKER", "")).RunAsync("attest")).ExitCode);
    }

    [Theory]
    [InlineData("""{"brokr":"http://x"}""", "brokr")]
    [InlineData("""{"broker":7}""", "broker")]
    [InlineData("""{"broker":"a","broker":"b"}""", "not JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "line 1")]
    [InlineData("""{"output":"xml"}""", "table or json")]
    public async Task A_wrong_file_is_wrong_usage(string content, string named)
    {
        Write(content);

        var ran = await With().RunAsync("config");

        Assert.Equal(ExitCode.Usage, ran.ExitCode);
        Assert.Contains(named, ran.Error);
    }

    [Fact]
    public async Task A_file_that_is_named_has_to_be_there() =>
        Assert.Equal(ExitCode.Usage, (await With().RunAsync("config")).ExitCode);

    [Fact]
    public async Task Lists_are_tab_separated_in_a_file_unless_a_table_is_asked_for()
    {
        Assert.Equal("SETTING\tVALUE\tFROM", (await new CommandRun().RunAsync("config")).Lines[0]);
        Assert.DoesNotContain("\t", (await new CommandRun().RunAsync("config", "-o", "table")).Text);
    }

    private void Write(string content) => System.IO.File.WriteAllText(File, content);

    private CommandRun With(params (string Name, string Value)[] variables) => new()
    {
        Environment = variables.Append(("KEYBROKER_CONFIG", File)).ToDictionary(pair => pair.Item1, pair => pair.Item2),
    };

    private static async Task<Dictionary<string, (string Value, string Origin)>> SettingsAsync(CommandRun run, params string[] more)
    {
        var ran = await run.RunAsync(["config", "--output", "json", .. more]);
        Assert.Equal(ExitCode.Done, ran.ExitCode);
        return JsonNode.Parse(ran.Text)!["settings"]!.AsArray().ToDictionary(
            setting => (string)setting!["name"]!,
            setting => ((string)setting!["value"]!, (string)setting["origin"]!));
    }
}
