using System.CommandLine;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>--label NAME=VALUE, as often as wanted.</summary>
internal static class Labels
{
    public static Option<string[]> Option() => new("--label")
    {
        Description = "A label, as NAME=VALUE; may be repeated",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Labels that go, where others stay.</summary>
    public static Option<string[]> Without() => new("--no-label")
    {
        Description = "A label that goes, by its name; may be repeated",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    public static JsonObject Parse(string[] labels)
    {
        var map = new JsonObject();
        foreach (var label in labels)
        {
            var at = label.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || !map.TryAdd(label[..at], label[(at + 1)..]))
            {
                throw new UsageException($"'{label}' is not NAME=VALUE, or its name is there twice");
            }
        }

        return map;
    }

    public static string Text(JsonNode? labels) =>
        labels is JsonObject map ? string.Join(' ', map.Select(label => $"{label.Key}={label.Value}")) : string.Empty;
}
