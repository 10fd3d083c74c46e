using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>admin machines: who may take part.</summary>
internal static class AdminMachineCommands
{
    public static Command Create(Terminal terminal) => new("machines", "The machines this broker knows")
    {
        List(terminal),
        Register(terminal),
        AdminMachineImport.Create(terminal),
        WithLabels(terminal, "approve", "Accepts a pending machine"),
        WithLabels(terminal, "labels", "Replaces the labels of a machine"),
        Revoke(terminal),
        Plain(terminal, "re-enroll", "Allows a machine one enrolment with another key or name"),
        Plain(terminal, "reset-boot", "Accepts an earlier boot of a machine, for a restored virtual TPM"),
    };

    private static Argument<string> Machine() => new("machine") { Description = "Its id, or its name if only one has it" };

    private static Command List(Terminal terminal) => new Command("list", "Lists machines").Runs(terminal, async call =>
    {
        using var admin = call.Administration();
        var machines = await admin.ListAsync("machines", call.Cancelled);
        var json = new JsonObject { ["items"] = new JsonArray([.. machines.Select(machine => machine.DeepClone())]) };
        return call.Answer(json, () => call.Terminal.Table(
            ["MACHINE", "NAME", "STATUS", "TRUST", "LABELS"],
            machines.Select(machine => new[]
            {
                Id(machine), (string?)machine["name"], (string?)machine["status"],
                (string?)machine["trust"], Labels.Text(machine["labels"]),
            })));
    });

    private static Command Register(Terminal terminal)
    {
        var machine = new Argument<string>("machine") { Description = "Its id: sha256- and the hash of its endorsement key" };
        var name = new Argument<string>("name") { Description = "Its name" };
        var labels = Labels.Option();
        return new Command("register", "Makes a machine known before it enrolls") { machine, name, labels }
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var body = new JsonObject
                {
                    ["machine"] = call.Get(machine),
                    ["name"] = call.Get(name),
                    ["labels"] = Labels.Parse(call.Get(labels)),
                };
                return Report(call, "register", await admin.PostAsync("machines", body, call.Cancelled));
            });
    }

    private static Command WithLabels(Terminal terminal, string verb, string description)
    {
        var machine = Machine();
        var labels = Labels.Option();
        return new Command(verb, description) { machine, labels }.Runs(terminal, call =>
            DoAsync(call, call.Get(machine), verb, new JsonObject { ["labels"] = Labels.Parse(call.Get(labels)) }));
    }

    private static Command Revoke(Terminal terminal)
    {
        var machine = Machine();
        var reason = new Option<string>("--reason") { Description = "Why, for the audit", Required = true };
        return new Command("revoke", "Ends a machine's access within a second") { machine, reason }.Runs(terminal, call =>
            DoAsync(call, call.Get(machine), "revoke", new JsonObject { ["reason"] = call.Get(reason) }));
    }

    private static Command Plain(Terminal terminal, string verb, string description)
    {
        var machine = Machine();
        return new Command(verb, description) { machine }.Runs(terminal, call => DoAsync(call, call.Get(machine), verb, []));
    }

    private static async Task<int> DoAsync(Invocation call, string machine, string verb, JsonObject body)
    {
        using var admin = call.Administration();
        var id = await FindAsync(admin, machine, call.Cancelled);
        return Report(call, verb, await admin.PostAsync($"machines/{Uri.EscapeDataString(id)}/{verb}", body, call.Cancelled));
    }

    private static int Report(Invocation call, string verb, JsonObject machine) => call.Answer(machine, () =>
    {
        call.Terminal.Done($"{verb}: done");
        call.Terminal.Fields(
            ("machine", Id(machine)),
            ("name", (string?)machine["name"]),
            ("status", (string?)machine["status"]),
            ("labels", Labels.Text(machine["labels"])));
    });

    internal static async Task<string> FindAsync(BrokerAdministration admin, string machine, CancellationToken cancellationToken)
    {
        if (machine.StartsWith("sha256-", StringComparison.Ordinal))
        {
            return machine;
        }

        var machines = await admin.ListAsync("machines", cancellationToken);
        var named = machines.Where(found => (string?)found["name"] == machine).ToList();
        return named.Count == 1
            ? Id(named[0]) ?? throw new UsageException($"the machine named '{machine}' has no id")
            : throw new UsageException($"{named.Count} machines are named '{machine}': give the id");
    }

    private static string? Id(JsonObject machine) => (string?)machine["machine"] ?? (string?)machine["id"];
}
