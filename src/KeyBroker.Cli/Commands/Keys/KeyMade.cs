using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>What a person wants to know when a key or a version of one was made.</summary>
internal static class KeyMade
{
    public static void Print(Terminal terminal, string what, BrokerResult result)
    {
        var key = result.Claims["key"] as JsonObject ?? [];
        terminal.Done(what);
        terminal.Fields(
            ("key", (string?)key["name"]),
            ("version", key["version"]?.ToString()),
            ("type", (string?)key["type"]),
            ("protection", (string?)key["protection"]),
            ("residence", (string?)key["residence"]),
            ("state", (string?)key["state"]),
            ("audit record", result.Claims["seq"]?.ToString()));
    }
}
