using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Doctor;

/// <summary>doctor: looks at everything a command needs, changes nothing, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var policies = new Option<string?>("--policies") { Description = "Check this folder of policy files as well", HelpName = "DIR" };
        return new Command("doctor", "Checks TPM, broker, clock, socket, remote verifiers, state and token; exit code 1 if something does not work")
        {
            policies,
        }
            .WithExamples("keybroker doctor", "keybroker doctor --policies ./policies --output json")
            .Runs(terminal, async call =>
            {
                if (ConfigurationCheck.Run(call) is { Severity: Severity.Fail } unreadable)
                {
                    // Nothing else can be known: which broker, which TPM?
                    return Report(terminal, wantsJson: false, [unreadable]);
                }

                List<Finding> findings =
                [
                    ConfigurationCheck.Run(call),
                    TpmCheck.Run(call),
                    .. await BrokerCheck.RunAsync(call),
                    .. StateCheck.Run(call),
                    await TokenCheck.RunAsync(call),
                    await SocketCheck.RunAsync(call),
                    .. await VerifierCheck.RunAsync(call),
                    .. call.Get(policies) is { } folder ? [PolicyCheck.Run(folder)] : Array.Empty<Finding>(),
                ];
                return Report(call.Terminal, call.WantsJson, findings);
            });
    }

    private static int Report(Terminal terminal, bool wantsJson, IReadOnlyList<Finding> findings)
    {
        var isWell = !findings.Any(finding => finding.Severity == Severity.Fail);
        if (wantsJson)
        {
            terminal.Json(new JsonObject
            {
                ["ok"] = isWell,
                ["checks"] = new JsonArray([.. findings.Select(finding => (JsonNode)finding.ToJson())]),
            });
        }
        else
        {
            findings.ToList().ForEach(finding => Print(terminal, finding));
        }

        return isWell ? ExitCode.Done : ExitCode.Denied;
    }

    private static void Print(Terminal terminal, Finding finding)
    {
        var word = finding.Severity switch
        {
            Severity.Ok => "[green]ok  [/]",
            Severity.Warn => "[yellow]warn[/]",
            _ => "[red]fail[/]",
        };
        terminal.Print($"{word}  {Terminal.Escape(finding.Check),-14}{Terminal.Escape(finding.Detail)}");
        if (finding.Advice is not null)
        {
            terminal.Line($"      {string.Empty,-14}→ {finding.Advice}");
        }
    }
}
