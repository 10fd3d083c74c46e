using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin policies: what is in force.</summary>
internal static class AdminPolicyCommands
{
    public static Command Create(Terminal terminal) => new("policies", "The policies in force")
    {
        List(terminal),
        Show(terminal),
        Reload(terminal),
        AdminPolicyEvaluate.Create(terminal),
    };

    private static Command List(Terminal terminal) => new Command("list", "Lists the policies in force")
        .WithExamples("keybroker admin policies list")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var head = await admin.GetAsync("policies?limit=1", call.Cancelled);
            var policies = await admin.ListAsync("policies", call.Cancelled);
            var json = Items.ToJson(policies);
            (json["digest"], json["warnings"]) = (head["digest"]?.DeepClone(), head["warnings"]?.DeepClone());
            return call.Answer(json, () => Print(call.Terminal, head, policies));
        });

    private static Command Show(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The policy's name" };
        return new Command("show", "Shows a policy in force and the file it comes from") { name }
            .WithExamples("keybroker admin policies show web-tier")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var policies = await admin.ListAsync("policies", call.Cancelled);
                var policy = policies.FirstOrDefault(known => (string?)known["name"] == call.Get(name))
                    ?? throw new UsageException($"no policy in force is named '{call.Get(name)}'");
                return call.Answer(policy, () => call.Terminal.Fields(
                    [.. policy.Select(member => (member.Key, member.Value?.ToString()))]));
            });
    }

    private static Command Reload(Terminal terminal) => new Command("reload", "Reads the policy files now")
        .WithExamples("keybroker admin policies reload")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var answer = await admin.PostAsync("policies/reload", [], call.Cancelled);
            return call.Answer(answer, () =>
            {
                Warn(call.Terminal, answer);
                call.Terminal.Done("the policies are in force");
                call.Terminal.Fields(
                    ("digest", (string?)answer["digest"]),
                    ("policies", answer["policies"]?.ToString()),
                    ("baselines", answer["baselines"]?.ToString()));
            });
        });

    private static void Print(Terminal terminal, JsonObject head, IReadOnlyCollection<JsonObject> policies)
    {
        Warn(terminal, head);
        terminal.Table(["NAME", "MODE", "DIGEST", "OWNER", "FILE"], policies.Select(policy => new[]
        {
            (string?)policy["name"], (string?)policy["mode"], Shortened.For(terminal, (string?)policy["digest"]),
            (string?)policy["owner"], (string?)policy["file"],
        }));
        if (policies.Count == 0)
        {
            terminal.ErrorDetail("No policy is in force: everything is denied.");
        }
    }

    private static void Warn(Terminal terminal, JsonObject answer)
    {
        foreach (var warning in answer["warnings"] as JsonArray ?? [])
        {
            terminal.ErrorDetail($"warning: {warning}");
        }
    }
}
