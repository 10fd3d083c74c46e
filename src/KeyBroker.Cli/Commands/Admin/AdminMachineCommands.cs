using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin machines: who may take part; what changes a machine is in <see cref="AdminMachineChanges"/>.</summary>
internal static class AdminMachineCommands
{
    public static Command Create(Terminal terminal) => new("machines", "The machines this broker knows")
    {
        List(terminal),
        Show(terminal),
        AdminMachineChanges.Register(terminal),
        AdminMachineImport.Create(terminal),
        AdminMachineChanges.Approve(terminal),
        AdminMachineChanges.Relabel(terminal),
        AdminMachineChanges.Revoke(terminal),
        AdminMachineChanges.ReEnroll(terminal),
        AdminMachineChanges.ResetBoot(terminal),
    };

    public static Argument<string> Machine() => new("machine") { Description = "Its id, the beginning of it, or its name" };

    public static void PrintOne(Terminal terminal, JsonObject machine)
    {
        var boot = machine["boot"];
        terminal.Fields(
            ("machine", (string?)machine["machine"]),
            ("name", (string?)machine["name"]),
            ("status", (string?)machine["status"]),
            ("deny list", (bool?)machine["denyListed"] == true ? "covers it: it is refused" : null),
            ("trust", (string?)machine["trust"]),
            ("registered", (bool?)machine["registered"] == true ? "yes" : null),
            ("TPM", Tpm(machine)),
            ("EK certificate", machine["tpm"] is { } tpm ? $"{tpm["issuer"]} {tpm["serial"]}" : null),
            ("labels", Labels.Text(machine["labels"])),
            ("newest boot", boot is null ? null : $"{boot["resetCount"]} resets, {boot["restartCount"]} restarts"),
            ("may re-enroll", (bool?)machine["reEnroll"] == true ? "once" : null),
            ("known since", (string?)machine["createdAt"]));
    }

    private static Command List(Terminal terminal)
    {
        var status = new Option<string?>("--status") { Description = "Only with this status" };
        status.AcceptOnlyFromAmong("registered", "pending", "active", "revoked");
        return new Command("list", "Lists machines") { status }
            .WithExamples("keybroker admin machines list", "keybroker admin machines list --status pending")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var all = await admin.ListAsync("machines", call.Cancelled);
                var machines = all.Where(known => call.Get(status) is not { } wanted || (string?)known["status"] == wanted).ToList();
                return call.Answer(Items.ToJson(machines), () => Print(call.Terminal, machines));
            });
    }

    private static Command Show(Terminal terminal)
    {
        var machine = Machine();
        return new Command("show", "Shows a machine") { machine }
            .WithExamples("keybroker admin machines show web-1")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var id = (await MachineNames.OfAsync(admin, call.Cancelled)).Find(call.Get(machine));
                var shown = await admin.GetAsync($"machines/{Uri.EscapeDataString(id)}", call.Cancelled);
                return call.Answer(shown, () => PrintOne(call.Terminal, shown));
            });
    }

    private static void Print(Terminal terminal, IEnumerable<JsonObject> machines) => terminal.Table(
        ["MACHINE", "NAME", "STATUS", "TRUST", "TPM", "LABELS"],
        machines.Select(machine => new[]
        {
            Shortened.For(terminal, (string?)machine["machine"]), (string?)machine["name"],
            (bool?)machine["denyListed"] == true ? $"{machine["status"]}, denied" : (string?)machine["status"],
            (string?)machine["trust"], Tpm(machine), Labels.Text(machine["labels"]),
        }));

    /// <summary>Manufacturer, model and firmware, as a policy names them.</summary>
    private static string? Tpm(JsonObject machine) =>
        machine["tpm"] is { } tpm ? $"{tpm["manufacturer"]} {tpm["model"]} {tpm["firmware"]}" : null;
}
