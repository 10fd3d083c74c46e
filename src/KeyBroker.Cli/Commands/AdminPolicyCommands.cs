using System.CommandLine;
using System.Text.Json.Nodes;

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
        var machine = new Argument<string>("machine") { Description = "The machine whose last evidence is judged: id or name" };
        return new Command("evaluate", "Shows what the policies in force say of a machine's last attestation, as JSON") { machine }
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var id = await AdminMachineCommands.FindAsync(admin, call.Get(machine), call.Cancelled);
                var body = new JsonObject { ["machine"] = id };
                call.Terminal.Json(await admin.PostAsync("policies/evaluate", body, call.Cancelled));
                return ExitCode.Done;
            });
    }
}
