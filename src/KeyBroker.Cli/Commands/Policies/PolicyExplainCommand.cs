using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy explain: every requirement of every policy that selects a machine, and the events behind what differs.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var attestation = new Argument<string?>("attestation")
        {
            Description = "The id of a stored attestation, or the beginning of it",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var machine = new Option<string?>("--machine") { Description = "The newest attestation of this machine: id, its beginning, or name" };
        var policies = new Option<string?>("--policies") { Description = "By these files instead of what is in force", HelpName = "DIR" };
        var evidence = new EvidenceOptions();
        var command = new Command("explain", "Says why a machine is let in or not, down to the event; exit code 1 if it is not")
        {
            attestation, machine, policies,
        };
        evidence.AddTo(command);
        return command
            .WithExamples(
                "keybroker policy explain --machine web-1",
                "keybroker policy explain 9f2c41d0a7b3 --policies ./edited",
                "keybroker policy explain --policies ./policies --registers registers.json --event-log boot.bin --label role=web")
            .Runs(terminal, async call =>
            {
                var answer = evidence.IsGiven(call)
                    ? Offline(call, evidence, call.Get(policies))
                    : await AskAsync(call, (call.Get(attestation), call.Get(machine)), call.Get(policies));
                call.Answer(answer, () => ExplanationText.Print(call.Terminal, answer));
                return (bool?)answer["allowed"] == true ? ExitCode.Done : ExitCode.Denied;
            });
    }

    private static JsonObject Offline(Invocation call, EvidenceOptions evidence, string? directory)
    {
        var set = PolicyCommands.Load(directory ?? throw new UsageException("without a broker, name the files with --policies"));
        var boot = evidence.Boot(call);
        return ExplanationJson.Of(set, evidence.Machine(call), boot, TimeProvider.System.GetUtcNow());
    }

    private static async Task<JsonObject> AskAsync(Invocation call, (string? Attestation, string? Machine) wanted, string? directory)
    {
        using var admin = call.Administration();
        var stored = await StoredAttestations.FindAsync(admin, wanted, call.Cancelled);
        var body = new JsonObject { ["jti"] = (string?)stored["jti"], ["explain"] = true };
        if (directory is not null)
        {
            body["files"] = PolicyCommands.Files(PolicyCommands.Load(directory));
        }

        return await admin.PostAsync("policies/evaluate", body, call.Cancelled);
    }
}
