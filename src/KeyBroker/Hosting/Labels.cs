using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Hosting;

/// <summary>A map of strings, bounded.</summary>
internal static class Labels
{
    private const int MaxCount = 64;
    private const int MaxLength = 256;

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static IReadOnlyDictionary<string, string> Parse(JsonElement? element)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (element is not { } map)
        {
            return labels;
        }

        _ = StrictJson.OpenObject(map);
        if (map.GetPropertyCount() > MaxCount)
        {
            throw DeniedException.Malformed("too many labels", "labels");
        }

        foreach (var property in map.EnumerateObject())
        {
            labels.Add(Bounded(property.Name), Bounded(StrictObject.Text(property.Value, "labels")));
        }

        return labels;
    }

    public static JsonObject ToJson(IReadOnlyDictionary<string, string> labels) =>
        new(labels.Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value)));

    private static string Bounded(string text) =>
        text.Length <= MaxLength ? text : throw DeniedException.Malformed("a label is too long", "labels");
}
