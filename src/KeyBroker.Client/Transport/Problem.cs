using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>An RFC 9457 problem, read leniently: whatever is missing in it becomes something printable.</summary>
public sealed record Problem(int Status, string Code, string Title)
{
    public string? RequestId { get; init; }

    public string? Detail { get; init; }

    /// <summary>The id under which administrators find denied evidence.</summary>
    public string? Attestation { get; init; }

    public IReadOnlyList<ProblemReason> Reasons { get; init; } = [];

    public static Problem Parse(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            return StrictJson.ParseNode(body) is JsonObject problem ? Read(status, problem) : Unexplained(status);
        }
        catch (JsonException)
        {
            return Unexplained(status);
        }
    }

    private static Problem Read(int status, JsonObject problem) =>
        new(status, Text(problem, "code") ?? $"http-{status}", Text(problem, "title") ?? $"HTTP status {status}")
        {
            RequestId = Text(problem, "requestId"),
            Detail = Text(problem, "detail"),
            Attestation = Text(problem, "attestation"),
            Reasons = problem["reasons"] is JsonArray reasons ? [.. reasons.OfType<JsonObject>().Select(ProblemReason.Of)] : [],
        };

    private static Problem Unexplained(int status) => new(status, $"http-{status}", $"HTTP status {status}");

    private static string? Text(JsonObject problem, string member) =>
        problem[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
