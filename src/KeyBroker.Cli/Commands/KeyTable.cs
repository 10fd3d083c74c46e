using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>Keys and their versions for people to read.</summary>
internal static class KeyTable
{
    private static readonly string[] s_columns = ["NAME", "TYPE", "PROTECTION", "RESIDENCE", "PRIMARY", "OPERATIONS", "LABELS"];

    public static IEnumerable<JsonObject> Items(JsonObject list) => (list["items"] as JsonArray ?? []).OfType<JsonObject>();

    public static void Print(Terminal terminal, IEnumerable<JsonObject> keys) => terminal.Table(s_columns, keys.Select(Row));

    public static void PrintOne(Terminal terminal, JsonObject key)
    {
        Print(terminal, [key]);
        terminal.Line(string.Empty);
        terminal.Table(["VERSION", "STATE", "CREATED"], Versions(key).Select(version => new[]
        {
            version["version"]?.ToString(), (string?)version["state"], (string?)version["createdAt"],
        }));
    }

    /// <summary>The named version, or the primary one.</summary>
    public static JsonObject Version(JsonObject key, int? number)
    {
        var wanted = number?.ToString() ?? key["primary"]?.ToString();
        return Versions(key).FirstOrDefault(version => version["version"]?.ToString() == wanted)
            ?? throw new UsageException($"the key has no version {wanted}");
    }

    private static IEnumerable<JsonObject> Versions(JsonObject key) =>
        (key["versions"] as JsonArray ?? []).OfType<JsonObject>();

    private static string?[] Row(JsonObject key) =>
    [
        (string?)key["name"],
        (string?)key["type"],
        (string?)key["protection"],
        (string?)key["residence"],
        key["primary"]?.ToString(),
        string.Join(' ', (key["operations"] as JsonArray ?? []).Select(operation => operation?.ToString())),
        Labels.Text(key["labels"]),
    ];
}
