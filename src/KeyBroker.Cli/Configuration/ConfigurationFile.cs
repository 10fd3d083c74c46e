using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Configuration;

/// <summary>The file of settings: a JSON object with the names of the global options.</summary>
internal sealed class ConfigurationFile
{
    private static readonly string[] s_known = ["broker", "tpm", "state", "socket", "output", "require-broker"];

    private readonly IReadOnlyDictionary<string, string> _values;

    private ConfigurationFile(string path, IReadOnlyDictionary<string, string> values) => (Path, _values) = (path, values);

    public string Path { get; }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Where it is looked for: <c>KEYBROKER_CONFIG</c>, or the user's configuration folder.</summary>
    public static string PathFor(Func<string, string?> variable) =>
        Given(variable, "KEYBROKER_CONFIG") ?? System.IO.Path.Combine(
            Given(variable, "XDG_CONFIG_HOME") ?? System.IO.Path.Combine(Given(variable, "HOME") ?? ".", ".config"),
            "keybroker",
            "config.json");

    /// <exception cref="UsageException">It is named but not there, or not what it should be.</exception>
    public static ConfigurationFile Load(Func<string, string?> variable)
    {
        var path = PathFor(variable);
        if (!File.Exists(path))
        {
            return Given(variable, "KEYBROKER_CONFIG") is null
                ? new ConfigurationFile(path, new Dictionary<string, string>())
                : throw new UsageException($"KEYBROKER_CONFIG names '{path}', and there is no such file");
        }

        return new ConfigurationFile(path, Read(path, variable));
    }

    private static Dictionary<string, string> Read(string path, Func<string, string?> variable)
    {
        var members = Parse(path);
        foreach (var (name, value) in members)
        {
            if (!s_known.Contains(name) || value?.GetValueKind() != JsonValueKind.String)
            {
                throw new UsageException($"'{path}': '{name}' is not one of {string.Join(", ", s_known)} with a text");
            }
        }

        return members.ToDictionary(member => member.Key, member => AtHome(member.Value!.GetValue<string>(), variable));
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(InputFile.Read(path), null, strict) as JsonObject
                ?? throw new UsageException($"'{path}' is not a JSON object");
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"'{path}' is not JSON: line {wrong.LineNumber + 1}");
        }
    }

    // No shell stands between the file and us.
    private static string AtHome(string value, Func<string, string?> variable) =>
        value.StartsWith("~/", StringComparison.Ordinal) && Given(variable, "HOME") is { } home
            ? System.IO.Path.Combine(home, value[2..])
            : value;

    private static string? Given(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } value ? value : null;
}
