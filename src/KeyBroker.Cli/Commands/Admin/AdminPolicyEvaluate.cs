using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Policies;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin policies evaluate: what policies say of a state, before it matters.</summary>
internal static class AdminPolicyEvaluate
{
    public static Command Create(Terminal terminal)
    {
        var machine = AdminMachineCommands.Machine();
        var jti = new Option<string?>("--jti") { Description = "Judge this attestation; default the machine's newest", HelpName = "ID" };
        var registers = new Option<string?>("--registers")
        {
            Description = "Judge these values instead: JSON as 'keybroker pcr read --output json' prints it",
            HelpName = "FILE",
        };
        var files = new Option<string?>("--policies") { Description = "By these files instead of what is in force", HelpName = "DIR" };
        return new Command("evaluate", "Shows what policies say of a machine's state, and why; exit code 1 if none lets it in")
        {
            machine, jti, registers, files,
        }
            .WithExamples(
                "keybroker admin policies evaluate web-1",
                "keybroker admin policies evaluate web-1 --policies ./edited",
                "keybroker admin policies evaluate web-1 --registers registers.json --output json")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var id = (await MachineNames.OfAsync(admin, call.Cancelled)).Find(call.Get(machine));
                var body = call.Get(registers) is { } file
                    ? new JsonObject { ["machine"] = id, ["pcrs"] = ReadJson(file) }
                    : new JsonObject { ["jti"] = call.Get(jti) ?? await NewestAsync(admin, id, call.Cancelled) };
                if (call.Get(files) is { } directory)
                {
                    body["files"] = PolicyCommands.Files(PolicyCommands.Load(directory));
                }

                var decision = await admin.PostAsync("policies/evaluate", body, call.Cancelled);
                call.Answer(decision, () => DecisionText.Print(call.Terminal, decision));
                return (bool?)decision["allowed"] == true ? ExitCode.Done : ExitCode.Denied;
            });
    }

    private static async Task<string> NewestAsync(
        BrokerAdministration admin, string machine, CancellationToken cancellationToken)
    {
        // They come newest first.
        var newest = await AdminAttestationCommands.FindAsync(
            admin, attestation => (string?)attestation["machine"] == machine, cancellationToken);
        return (string?)newest?["jti"] ?? throw new UsageException("the machine has not attested: give --registers");
    }

    private static JsonNode ReadJson(string file)
    {
        try
        {
            return StrictJson.ParseNode(InputFile.Read(file)) ?? throw new UsageException($"'{file}' holds no registers");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{file}' is not JSON");
        }
    }
}
