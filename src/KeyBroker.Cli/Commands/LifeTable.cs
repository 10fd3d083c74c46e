using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>What is to be told of the life of a key or a secret, for people to read.</summary>
internal static class LifeTable
{
    public static (string Name, string? Value)[] Fields(JsonObject item) =>
    [
        ("protected", (bool?)item["deletionProtection"] == true ? "from deletion" : null),
        ("legal hold", item["hold"] is { } hold ? $"since {hold["since"]} {hold["reason"]}".TrimEnd() : null),
        ("destruction", Destruction(item["destruction"])),
        ("remains", Items.Joined(item["remains"], "; ") is { Length: > 0 } remains ? remains : null),
        ("destroyed", (string?)item["destroyedAt"]),
    ];

    private static string? Destruction(JsonNode? planned) => planned is null
        ? null
        : $"planned {planned["scheduledAt"]}, after {planned["after"]}" + (planned["remaining"] is { } left ? $", {left} left" : null);
}
