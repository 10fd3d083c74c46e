using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>In words, what a draft would do to the machines.</summary>
internal static class WhatIfText
{
    public static void Print(Terminal terminal, JsonObject answer)
    {
        foreach (var change in Items.Of(answer, "changes"))
        {
            PrintChange(terminal, change);
        }

        var (losing, gaining) = ((int?)answer["losing"], (int?)answer["gaining"]);
        var summary = $"{losing} machines lose, {gaining} gain, by {answer["states"]} states of {answer["machines"]} machines in {answer["days"]} days";
        if (losing == 0)
        {
            terminal.Done(summary);
        }
        else
        {
            terminal.Print($"[red]{Terminal.Escape(summary)}[/]");
        }
    }

    private static void PrintChange(Terminal terminal, JsonObject change)
    {
        var loses = (bool?)change["loses"] == true;
        var (mark, older) = (loses ? "[red]loses[/]" : "[green]gains[/]", (bool?)change["newest"] == true ? "" : ", in an older state");
        var what = $"{older}: {Word(change["before"])}, then {Word(change["after"])} (attestation {change["jti"]}, {change["attestedAt"]})";
        terminal.Print($"{mark} [bold]{Terminal.Escape($"{change["name"]}")}[/]{Terminal.Escape(what)}");
        Texts(change["losses"]).ForEach(right => terminal.Line($"  - {right}"));
        Texts(change["gained"]).ForEach(right => terminal.Line($"  + {right}"));
        foreach (var reason in Items.Of(change, "reasons"))
        {
            terminal.Line($"  {(loses ? "because" : "before,")} {reason["policy"]}: {reason["message"]}");
        }
    }

    private static string Word(JsonNode? decision) => (bool?)decision?["allowed"] == true
        ? $"let in by {Items.Joined(decision["policies"], ", ")}"
        : "not let in";

    private static List<string> Texts(JsonNode? texts) => [.. (texts as JsonArray ?? []).Select(text => $"{text}")];
}
