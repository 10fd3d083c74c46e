using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>What an administrator does to a machine.</summary>
internal static class AdminMachineChanges
{
    public static Command Register(Terminal terminal)
    {
        var machine = new Argument<string>("machine") { Description = "Its id: sha256- and the hash of its endorsement key" };
        var name = new Argument<string>("name") { Description = "Its name" };
        var labels = Labels.Option();
        return new Command("register", "Makes a machine known before it enrolls") { machine, name, labels }
            .WithExamples("keybroker admin machines register sha256-5df1... web-2 --label role=web")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var body = new JsonObject
                {
                    ["machine"] = call.Get(machine),
                    ["name"] = call.Get(name),
                    ["labels"] = Labels.Parse(call.Get(labels)),
                };
                return Report(call, "registered", await admin.PostAsync("machines", body, call.Cancelled));
            });
    }

    public static Command Approve(Terminal terminal) => WithLabels(
        terminal, "approve", "Accepts a pending machine", "approved")
        .WithExamples("keybroker admin machines approve web-1 --label role=web");

    public static Command Relabel(Terminal terminal) => WithLabels(
        terminal, "labels", "Replaces the labels of a machine", "labelled")
        .WithExamples("keybroker admin machines labels web-1 --label role=web --label zone=eu");

    public static Command Revoke(Terminal terminal)
    {
        var machine = AdminMachineCommands.Machine();
        var reason = new Option<string>("--reason") { Description = "Why, for the audit", HelpName = "TEXT", Required = true };
        return new Command("revoke", "Ends a machine's access within a second") { machine, reason }
            .WithExamples("keybroker admin machines revoke web-1 --reason 'stolen'")
            .Runs(terminal, call => DoAsync(
                call, call.Get(machine), ("revoke", "revoked"), new JsonObject { ["reason"] = call.Get(reason) }));
    }

    public static Command ReEnroll(Terminal terminal) => Plain(
        terminal, "re-enroll", "Allows a machine one enrolment with another key or name", "may enroll anew, once")
        .WithExamples("keybroker admin machines re-enroll web-1");

    public static Command ResetBoot(Terminal terminal) => Plain(
        terminal, "reset-boot", "Accepts an earlier boot of a machine, for a restored virtual TPM", "its next boot is the first again")
        .WithExamples("keybroker admin machines reset-boot web-1");

    private static Command WithLabels(Terminal terminal, string verb, string description, string done)
    {
        var (machine, labels) = (AdminMachineCommands.Machine(), Labels.Option());
        return new Command(verb, description) { machine, labels }.Runs(terminal, call => DoAsync(
            call, call.Get(machine), (verb, done), new JsonObject { ["labels"] = Labels.Parse(call.Get(labels)) }));
    }

    private static Command Plain(Terminal terminal, string verb, string description, string done)
    {
        var machine = AdminMachineCommands.Machine();
        return new Command(verb, description) { machine }
            .Runs(terminal, call => DoAsync(call, call.Get(machine), (verb, done), []));
    }

    private static async Task<int> DoAsync(Invocation call, string machine, (string Verb, string Done) what, JsonObject body)
    {
        using var admin = call.Administration();
        var id = (await MachineNames.OfAsync(admin, call.Cancelled)).Find(machine);
        var changed = await admin.PostAsync($"machines/{Uri.EscapeDataString(id)}/{what.Verb}", body, call.Cancelled);
        return Report(call, what.Done, changed);
    }

    private static int Report(Invocation call, string done, JsonObject machine) => call.Answer(machine, () =>
    {
        call.Terminal.Done(done);
        AdminMachineCommands.PrintOne(call.Terminal, machine);
    });
}
