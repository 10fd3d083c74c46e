using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy what-if: a draft tried on what the machines have shown, before it is in force.</summary>
internal static class PolicyWhatIfCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("directory") { Description = "The folder of the draft: all policies, not only edited ones" };
        var days = DaysOption();
        return new Command("what-if", "Shows which machines a draft would let in or shut out, and why; exit code 1 if one loses") { directory, days }
            .WithExamples("keybroker policy what-if ./edited", "keybroker policy what-if ./edited --days 7 --output json")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var body = new JsonObject { ["files"] = PolicyCommands.Files(PolicyCommands.Load(call.Get(directory))), ["days"] = call.Get(days) };
                var answer = await admin.PostAsync("policies/what-if", body, call.Cancelled);
                call.Answer(answer, () => WhatIfText.Print(call.Terminal, answer));
                return (int?)answer["losing"] == 0 ? ExitCode.Done : ExitCode.Denied;
            });
    }

    public static Option<int> DaysOption() => new("--days")
    {
        Description = "How far back to look",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
    };
}
