using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>Lists as JSON, whole, in the shape the broker gives its pages.</summary>
internal static class Items
{
    public static JsonObject ToJson(IEnumerable<JsonObject> items) =>
        new() { ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };

    public static IEnumerable<JsonObject> Of(JsonObject list, string member = "items") =>
        (list[member] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>Texts of a list in one cell.</summary>
    public static string Joined(JsonNode? texts, string separator = " ") =>
        string.Join(separator, (texts as JsonArray ?? []).Select(text => text?.ToString()));
}
