using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>admin policies: what is in force, and what it would decide.</summary>
internal static class AdminPolicyCommands
{
    public static Command Create(Terminal terminal) => new("policies", "The policies in force")
    {
        List(terminal),
        Reload(terminal),
        Evaluate(terminal),
    };

    private static Command List(Terminal terminal) => new Command("list", "Lists the policies in force")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var list = await admin.GetAsync("policies", call.Cancelled);
            return call.Answer(list, () => call.Terminal.Table(
                ["NAME", "MODE", "DIGEST"],
                KeyTable.Items(list).Select(policy => new[]
                {
                    (string?)policy["name"], (string?)policy["mode"], (string?)policy["digest"],
                })));
        });

    private static Command Reload(Terminal terminal) => new Command("reload", "Reads the policy files now")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var answer = await admin.PostAsync("policies/reload", [], call.Cancelled);
            return call.Answer(answer, () =>
            {
                call.Terminal.Done("the policies are in force");
                call.Terminal.Fields(("digest", (string?)answer["digest"]));
            });
        });

    private static Command Evaluate(Terminal terminal)
    {
        var machine = new Argument<string>("machine") { Description = "The machine: id or name" };
        var jti = new Option<string?>("--jti") { Description = "Judge this attestation; default the machine's newest" };
        var registers = new Option<string?>("--registers")
        {
            Description = "Judge these values instead: JSON as 'keybroker pcr read --output json' prints it",
            HelpName = "FILE",
        };
        var files = new Option<string?>("--policies") { Description = "By these files instead of what is in force", HelpName = "DIR" };
        return new Command("evaluate", "Shows what policies say of a machine's state, and why, as JSON")
        {
            machine, jti, registers, files,
        }.Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var id = await AdminMachineCommands.FindAsync(admin, call.Get(machine), call.Cancelled);
            var body = call.Get(registers) is { } file
                ? new JsonObject { ["machine"] = id, ["pcrs"] = ReadJson(file) }
                : new JsonObject { ["jti"] = call.Get(jti) ?? await NewestAsync(admin, id, call.Cancelled) };
            if (call.Get(files) is { } directory)
            {
                body["files"] = ReadFiles(directory);
            }

            call.Terminal.Json(await admin.PostAsync("policies/evaluate", body, call.Cancelled));
            return ExitCode.Done;
        });
    }

    private static async Task<string> NewestAsync(
        BrokerAdministration admin, string machine, CancellationToken cancellationToken)
    {
        var attestations = await admin.ListAsync("attestations", cancellationToken);
        var newest = attestations
            .Where(attestation => (string?)attestation["machine"] == machine)
            .MaxBy(attestation => (string?)attestation["issuedAt"], StringComparer.Ordinal);
        return (string?)newest?["jti"] ?? throw new UsageException("the machine has not attested: give --registers");
    }

    private static JsonNode ReadJson(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file)) ?? throw new UsageException($"'{file}' holds no registers");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{file}' is not JSON");
        }
    }

    private static JsonObject ReadFiles(string directory)
    {
        var files = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Select(file => KeyValuePair.Create(Path.GetRelativePath(directory, file), (JsonNode?)File.ReadAllText(file)));
        return new JsonObject(files);
    }
}
