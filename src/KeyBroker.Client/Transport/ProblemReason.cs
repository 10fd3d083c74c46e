using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>One reason of a denial, as the broker gave it.</summary>
public sealed record ProblemReason(string Code, string Message)
{
    public string? Policy { get; init; }

    public int? Pcr { get; init; }

    public string? Actual { get; init; }

    public IReadOnlyList<string> Expected { get; init; } = [];

    public string? Path { get; init; }

    /// <summary>Read leniently: what is missing or of another kind is left out.</summary>
    internal static ProblemReason Of(JsonObject reason) => new(Text(reason, "code") ?? "unknown", Text(reason, "message") ?? string.Empty)
    {
        Policy = Text(reason, "policy"),
        Pcr = reason["pcr"] is JsonValue pcr && pcr.TryGetValue<int>(out var index) ? index : null,
        Actual = Text(reason, "actual"),
        Expected = reason["expected"] is JsonArray expected ? [.. expected.Select(AsText)] : [],
        Path = Text(reason, "path"),
    };

    private static string? Text(JsonObject reason, string member) =>
        reason[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string AsText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? string.Empty;
}
