using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin machines import: registers again what a backup's machines.json lists. It makes no machine active.</summary>
internal static class AdminMachineImport
{
    private const int Conflict = 409;

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "machines.json of a backup" };
        var approved = new Option<bool>("--approved-too")
        {
            Description = "Also machines that were trusted only by an administrator's approval; they become pre-registered",
        };
        return new Command(
            "import", "Registers the machines of a lost broker, so that they may enrol again; revoked and pending ones are left out")
        {
            file, approved,
        }
        .WithExamples("keybroker admin machines import machines.json", "keybroker admin machines import machines.json --approved-too")
        .Runs(terminal, call => ImportAsync(call, Read(call.Get(file)), call.Get(approved)));
    }

    private static async Task<int> ImportAsync(Invocation call, IReadOnlyList<JsonObject> machines, bool approvedToo)
    {
        using var admin = call.Administration();
        var outcomes = new List<(JsonObject Machine, string Outcome)>();
        foreach (var machine in machines)
        {
            outcomes.Add((machine, Reason(machine, approvedToo) ?? await RegisterAsync(admin, machine, call.Cancelled)));
        }

        var items = outcomes.Select(entry => new JsonObject
        {
            ["machine"] = entry.Machine["machine"]?.DeepClone(),
            ["name"] = entry.Machine["name"]?.DeepClone(),
            ["outcome"] = entry.Outcome,
        });
        return call.Answer(new JsonObject { ["items"] = new JsonArray([.. items]) }, () => call.Terminal.Table(
            ["MACHINE", "NAME", "OUTCOME"],
            outcomes.Select(entry => new[]
            {
                (string?)entry.Machine["machine"], (string?)entry.Machine["name"], entry.Outcome,
            })));
    }

    /// <summary>Null for a machine that had been let in by more than one person's look at it.</summary>
    private static string? Reason(JsonObject machine, bool approvedToo) =>
        ((string?)machine["status"], (string?)machine["trust"]) switch
        {
            ("active", "approved") => approvedToo ? null : "left out: hand-approved (--approved-too)",
            ("active", "ek-certificate") => IsOurs(machine) ? null : "left out: an EK certificate alone, which it shows again",
            (_, "verifier") => "left out: a remote verifier vouches for it, and does again",
            ("active" or "registered", _) => null,
            (var status, _) => $"left out: {status}",
        };

    private static bool IsOurs(JsonObject machine) =>
        (bool?)machine["registered"] == true || machine["labels"] is JsonObject { Count: > 0 };

    private static async Task<string> RegisterAsync(
        BrokerAdministration admin, JsonObject machine, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["machine"] = machine["machine"]?.DeepClone(),
            ["name"] = machine["name"]?.DeepClone(),
            ["labels"] = machine["labels"]?.DeepClone() ?? new JsonObject(),
        };
        try
        {
            await admin.PostAsync("machines", body, cancellationToken);
            return "registered";
        }
        catch (BrokerException known) when (known.Problem.Status == Conflict)
        {
            return $"left out: {known.Problem.Code}";
        }
    }

    private static List<JsonObject> Read(string file)
    {
        try
        {
            return StrictJson.ParseNode(InputFile.Read(file)) is JsonObject { } document && document["machines"] is JsonArray machines
                ? [.. machines.OfType<JsonObject>()]
                : throw new UsageException($"'{file}' holds no list of machines");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{file}' is not JSON");
        }
    }
}
