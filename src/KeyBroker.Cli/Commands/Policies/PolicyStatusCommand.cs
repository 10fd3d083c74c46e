using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy status: what of the policies in force does nothing, ends soon, or is only observed.</summary>
internal static class PolicyStatusCommand
{
    public static Command Create(Terminal terminal)
    {
        var days = PolicyWhatIfCommand.DaysOption();
        return new Command("status", "Shows what of the policies in force does nothing, ends soon, or is only observed") { days }
            .WithExamples("keybroker policy status", "keybroker policy status --days 90 --output json")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var answer = await admin.GetAsync($"policies/status?days={call.Get(days)}", call.Cancelled);
                return call.Answer(answer, () => Print(call.Terminal, answer));
            });
    }

    private static void Print(Terminal terminal, JsonObject answer)
    {
        var days = answer["days"];
        Section(terminal, answer, "endingBaselines", $"Baselines that end within {days} days", ["BASELINE", "VALID UNTIL", "FILE"], one =>
            [$"{one["baseline"]}", $"{one["validUntil"]}{((bool?)one["ended"] == true ? " (ended)" : "")}", $"{one["file"]}"]);
        Section(terminal, answer, "unmatchedBaselines", $"Baselines that nobody matched in {days} days", ["BASELINE", "FILE"], one =>
            [$"{one["baseline"]}", $"{one["file"]}"]);
        Section(terminal, answer, "policiesOfNoMachine", "Policies that select no machine", ["POLICY", "FILE"], one =>
            [$"{one["policy"]}", $"{one["file"]}"]);
        Section(terminal, answer, "unusedGrants", $"Grants that nobody used in {days} days", ["POLICY", "OF", "NAMES", "VERBS"], one =>
            [$"{one["policy"]}", $"{one["of"]}", Items.Joined(one["patterns"]), (bool?)one["whole"] == true ? "all" : Items.Joined(one["verbs"])]);
        string[] observed = ["POLICY", "MACHINES", "HOLDS IN", "FAILS IN", "WOULD LET IN", "WHY NOT"];
        Section(terminal, answer, "observed", "Observed policies, and what they would have done", observed, one =>
            [$"{one["policy"]}", $"{one["machines"]}", $"{one["holds"]}", $"{one["fails"]}", Items.Joined(one["wouldLetIn"]), Reasons(one)]);
        if (answer.All(member => member.Value is not JsonArray { Count: > 0 }))
        {
            terminal.Done("every baseline is matched, every policy selects machines, every grant is used");
        }

        terminal.ErrorDetail(
            $"By {answer["states"]} states that machines have shown, and {answer["auditRecords"]} audit records"
            + $"{((bool?)answer["auditWhole"] == true ? "" : " (the newest; there are more)")} of {days} days.");
    }

    private static void Section(
        Terminal terminal, JsonObject answer, string member, string title, string[] columns, Func<JsonObject, string[]> row)
    {
        var items = Items.Of(answer, member).ToList();
        if (items.Count > 0)
        {
            terminal.Heading(title);
            terminal.Table(columns, items.Select(row));
        }
    }

    private static string Reasons(JsonObject observed) =>
        string.Join(", ", Items.Of(observed, "reasons").Select(reason => $"{reason["what"]} ({reason["states"]})"));
}
