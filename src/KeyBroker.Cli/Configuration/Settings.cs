using System.CommandLine;

namespace KeyBroker.Cli.Configuration;

/// <summary>What a command was told about its surroundings: on the command line, else in the environment, else in the file.</summary>
internal sealed class Settings(ParseResult parsed, Func<string, string?> variable)
{
    private readonly Lazy<ConfigurationFile> _file = new(() => ConfigurationFile.Load(variable));

    public Setting Broker => Of(GlobalOptions.Broker, "http://127.0.0.1:8440");

    public Setting Tpm => Of(GlobalOptions.Tpm, "device:/dev/tpmrm0");

    public Setting State => Of(GlobalOptions.State, Path.Combine(StateHome(), "keybroker"));

    public Setting Socket => Of(GlobalOptions.Socket, UsualSocket());

    /// <summary>No file is no requirement.</summary>
    public Setting RequireBroker => Of(GlobalOptions.RequireBroker, "", takesEmpty: true);

    /// <exception cref="UsageException">It is neither.</exception>
    public Setting Output
    {
        get
        {
            var output = Of(GlobalOptions.Output, GlobalOptions.Table);
            return output.Value is GlobalOptions.Table or GlobalOptions.Json
                ? output
                : throw new UsageException($"output is '{output.Value}' ({output.Origin}): table or json is expected");
        }
    }

    public IEnumerable<Setting> All => [Broker, Tpm, State, Socket, Output, RequireBroker];

    /// <exception cref="UsageException">The file is not what it should be.</exception>
    public string File => _file.Value.Path;

    // An empty variable is none, but for what protects: whoever set it wanted something.
    private Setting Of(Option<string?> option, string usual, bool takesEmpty = false)
    {
        var name = option.Name.TrimStart('-');
        if (parsed.GetResult(option) is { Implicit: false })
        {
            return new Setting(name, parsed.GetValue(option)!, "command line");
        }

        foreach (var known in GlobalOptions.VariablesOf(name))
        {
            if ((takesEmpty ? variable(known) : Given(known)) is { } value)
            {
                return new Setting(name, value, known);
            }
        }

        return _file.Value[name] is { } kept ? new Setting(name, kept, File) : new Setting(name, usual, Setting.Default);
    }

    private string StateHome() => Given("XDG_STATE_HOME") ?? Path.Combine(Given("HOME") ?? ".", ".local", "state");

    // Beside a broker started by hand, or where a service has it.
    private static string UsualSocket()
    {
        string[] usual = ["./state/admin.sock", "/run/keybroker/admin.sock"];
        return Array.Find(usual, Path.Exists) ?? usual[0];
    }

    private string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
}
