using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>Members that are sent only when they were given.</summary>
internal static class JsonExtensions
{
    public static void AddIfGiven(this JsonObject body, string member, string? value)
    {
        if (value is not null)
        {
            body[member] = value;
        }
    }

    public static void AddIfGiven(this JsonObject body, string member, int? value)
    {
        if (value is not null)
        {
            body[member] = value;
        }
    }

    public static void AddIfGiven(this JsonObject body, string member, bool? value)
    {
        if (value is not null)
        {
            body[member] = value;
        }
    }

    public static void AddIfGiven(this JsonObject body, string member, string[]? values)
    {
        if (values is { Length: > 0 })
        {
            body[member] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }
    }

    public static void AddIfGiven(this JsonObject body, string member, JsonObject labels)
    {
        if (labels.Count > 0)
        {
            body[member] = labels;
        }
    }
}
