using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>A decision in words: which policies hold, and of the others what differed.</summary>
internal static class DecisionText
{
    public static void Print(Terminal terminal, JsonObject decision)
    {
        PrintHead(terminal, decision);
        Items.Of(decision, "outcomes").ToList().ForEach(outcome => PrintOutcome(terminal, outcome));
    }

    /// <summary>Whether the machine is let in, and what has been asked.</summary>
    public static void PrintHead(Terminal terminal, JsonObject decision)
    {
        terminal.Print((bool?)decision["allowed"] == true ? "[green]let in[/]" : "[red]not let in[/]");
        terminal.Fields(("machine", (string?)decision["machine"]), ("policies' digest", (string?)decision["policyDigest"]));
        if (decision["refused"] is JsonObject refused)
        {
            terminal.Line($"the evidence is refused: {refused["message"]}");
        }

        if (!Items.Of(decision, "outcomes").Any())
        {
            terminal.Line("no policy selects this machine");
        }
    }

    /// <summary>Which policy, and whether it holds.</summary>
    public static void PrintPolicy(Terminal terminal, JsonObject outcome)
    {
        var holds = (bool?)outcome["holds"] == true;
        var mode = (string?)outcome["mode"] == "observe" ? " (observed only)" : string.Empty;
        var baseline = outcome["baseline"] is { } matched ? $", baseline {matched}" : string.Empty;
        var word = holds ? "[green]holds[/]" : "[red]does not hold[/]";
        terminal.Print($"policy [bold]{Terminal.Escape($"{outcome["policy"]}")}[/]{mode} {word}{Terminal.Escape(baseline)}");
    }

    private static void PrintOutcome(Terminal terminal, JsonObject outcome)
    {
        PrintPolicy(terminal, outcome);
        foreach (var reason in Items.Of(outcome, "reasons"))
        {
            var register = reason["pcr"] is { } pcr ? $" PCR {pcr}" : string.Empty;
            terminal.Line($"  - {reason["code"]}{register}: {reason["message"]}");
            if (reason["actual"] is { } actual)
            {
                terminal.Line($"      actual   {actual}");
                terminal.Line($"      expected {Items.Joined(reason["expected"], " or ")}");
            }
        }
    }
}
