using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>Secrets and their versions for people to read; no value.</summary>
internal static class SecretTable
{
    public static void Print(Terminal terminal, IEnumerable<JsonObject> secrets) => terminal.Table(
        ["NAME", "NEWEST", "STATE", "LABELS"],
        secrets.Select(secret => new[]
        {
            (string?)secret["name"], secret["newest"]?.ToString(), (string?)secret["state"], Labels.Text(secret["labels"]),
        }));

    public static void PrintOne(Terminal terminal, JsonObject secret)
    {
        terminal.Fields(
        [
            ("secret", (string?)secret["name"]),
            ("labels", Labels.Text(secret["labels"])),
            ("state", (string?)secret["state"]),
            ("tag", (string?)secret["etag"]),
            ("released from", secret["minVersion"] is { } least ? $"version {least}" : null),
            .. LifeTable.Fields(secret),
        ]);
        terminal.Line(string.Empty);
        terminal.Table(
            ["VERSION", "STATE", "CREATED"],
            Items.Of(secret, "versions").Select(version => new[]
            {
                version["version"]?.ToString(), (string?)version["state"], (string?)version["createdAt"],
            }));
    }
}
