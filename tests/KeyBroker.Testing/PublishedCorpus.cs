using System.Text.Json.Nodes;

namespace KeyBroker.Testing;

/// <summary>The real-world cases that stand beside the checkout, where they do.</summary>
public static class PublishedCorpus
{
    public const string Absent = "the folder ../shared/corpus is not beside this checkout";

    public static string Folder { get; } = Repository.Path("..", "shared", "corpus");

    public static string Manifest { get; } = Path.Combine(Folder, "manifest.json");

    public static bool IsPresent => File.Exists(Manifest);

    public static IEnumerable<JsonNode> Of(string kind) => JsonNode.Parse(File.ReadAllText(Manifest))!.AsArray()
        .Where(entry => (string?)entry!["kind"] == kind)
        .Select(entry => entry!);

    public static byte[] Read(JsonNode entry, string role) =>
        File.ReadAllBytes(Path.Combine(Folder, (string)entry["files"]![role]!));
}
