using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>Keys and their versions for people to read.</summary>
internal static class KeyTable
{
    private static readonly string[] s_columns = ["NAME", "TYPE", "PROTECTION", "RESIDENCE", "PRIMARY", "OPERATIONS", "LABELS"];

    public static void Print(Terminal terminal, IEnumerable<JsonObject> keys) => terminal.Table(s_columns, keys.Select(Row));

    public static void PrintOne(Terminal terminal, JsonObject key)
    {
        terminal.Fields(
        [
            ("key", (string?)key["name"]),
            ("type", (string?)key["type"]),
            ("protection", (string?)key["protection"]),
            ("residence", (string?)key["residence"]),
            ("exportable", Exportable((bool?)key["exportable"])),
            ("operations", Items.Joined(key["operations"])),
            ("labels", Labels.Text(key["labels"])),
            ("state", (string?)key["state"]),
            ("tag", (string?)key["etag"]),
            ("rotation", Rotation(key["rotation"])),
            ("decrypts from", key["minDecryptVersion"] is { } least ? $"version {least}" : null),
            .. LifeTable.Fields(key),
        ]);
        terminal.Line(string.Empty);
        var primary = key["primary"]?.ToString();
        terminal.Table(["VERSION", "STATE", "CREATED", "PRIMARY"], Versions(key).Select(version => new[]
        {
            version["version"]?.ToString(), (string?)version["state"], (string?)version["createdAt"],
            version["version"]?.ToString() == primary ? "yes" : string.Empty,
        }));
    }

    /// <summary>The named version, or the primary one.</summary>
    public static JsonObject Version(JsonObject key, int? number)
    {
        var wanted = number?.ToString() ?? key["primary"]?.ToString();
        return Versions(key).FirstOrDefault(version => version["version"]?.ToString() == wanted)
            ?? throw new UsageException($"the key has no version {wanted}");
    }

    private static string? Exportable(bool? exportable) => exportable switch
    {
        null => null,
        true => "yes: whoever may release it gets the key itself",
        false => "no",
    };

    private static string? Rotation(JsonNode? rotation) => rotation is null
        ? null
        : string.Join(", ", new[]
        {
            rotation["period"] is { } period ? $"every {period}" : null,
            rotation["uses"] is { } uses ? $"after {uses} encryptions" : null,
            rotation["next"] is { } next ? $"next {next}" : null,
        }.OfType<string>());

    private static IEnumerable<JsonObject> Versions(JsonObject key) => Items.Of(key, "versions");

    private static string?[] Row(JsonObject key) =>
    [
        (string?)key["name"],
        (string?)key["type"],
        (string?)key["protection"],
        (string?)key["residence"],
        key["primary"]?.ToString(),
        Items.Joined(key["operations"]),
        Labels.Text(key["labels"]),
    ];
}
