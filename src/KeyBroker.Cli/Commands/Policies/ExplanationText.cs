using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Admin;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>An explanation in words: what held, what did not, and for a register the events behind it.</summary>
internal static class ExplanationText
{
    public static void Print(Terminal terminal, JsonObject answer)
    {
        DecisionText.PrintHead(terminal, answer);
        foreach (var policy in Items.Of(answer, "explanation"))
        {
            DecisionText.PrintPolicy(terminal, policy);
            Items.Of(policy, "requirements").ToList().ForEach(requirement => PrintRequirement(terminal, requirement));
            PrintRecipients(terminal, policy["grants"] as JsonArray ?? []);
        }
    }

    // Whoever is let in may still be refused for the key that a secret is to go to.
    private static void PrintRecipients(Terminal terminal, JsonArray grants)
    {
        foreach (var grant in grants.Select(grant => $"{grant}").Where(grant => grant.Contains(" to ", StringComparison.Ordinal) || grant.Contains(" if ", StringComparison.Ordinal)))
        {
            terminal.Line($"  only     {grant}");
        }
    }

    private static void PrintRequirement(Terminal terminal, JsonObject requirement)
    {
        var mark = (bool?)requirement["holds"] == true ? "[green]held    [/]" : "[red]not held[/]";
        var (expected, actual) = (OrNone(Items.Joined(requirement["expected"], " or ")), OrNone($"{requirement["actual"]}"));
        terminal.Print($"  {mark} {Terminal.Escape($"{requirement["requirement"]}: expected {expected}, actual {actual}")}");
        foreach (var reason in Items.Of(requirement, "reasons"))
        {
            terminal.Line($"    - {reason["code"]}: {reason["message"]}");
        }

        Items.Of(requirement, "registers").ToList().ForEach(register => PrintRegister(terminal, register));
    }

    private static void PrintRegister(Terminal terminal, JsonObject register)
    {
        terminal.Line($"    PCR {register["pcr"]} ({register["bank"]}) = {OrNone($"{register["actual"]}")}");
        if (register["note"] is { } note)
        {
            terminal.Line($"      no events: {note}");
        }

        if (register["firstDifference"] is JsonObject difference)
        {
            PrintDifference(terminal, difference);
        }

        var compared = register["firstDifference"] is not null;
        foreach (var happened in Items.Of(register, "events"))
        {
            terminal.Line($"      {(!compared ? " " : (bool?)happened["known"] == true ? "=" : "+")} {Event(happened)}");
        }

        foreach (var missing in register["missing"] as JsonArray ?? [])
        {
            terminal.Line($"      -   {missing}");
        }
    }

    private static void PrintDifference(Terminal terminal, JsonObject difference)
    {
        terminal.Print($"      [bold]{Terminal.Escape($"first differs from baseline {difference["baseline"]} at event {difference["position"]}")}[/]");
        terminal.Line($"        actual   {(difference["actual"] is JsonObject actual ? Event(actual) : "nothing more was measured")}");
        terminal.Line($"        expected {(difference["expected"] is { } expected ? $"{expected}" : "nothing more")}");
    }

    private static string Event(JsonObject happened)
    {
        var words = $"{happened["type"]} {happened["description"]}".Trim();
        var said = words.Length > 0 && (bool?)happened["measured"] != true ? " (as the log says)" : "";
        return $"{happened["position"],3} {happened["digest"]} {words}{said}".TrimEnd();
    }

    private static string OrNone(string text) => text.Length > 0 ? text : "nothing";
}
