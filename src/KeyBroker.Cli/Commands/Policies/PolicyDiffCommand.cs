using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Comparing;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy diff: what differs between two sets, and who gains and loses by it.</summary>
internal static class PolicyDiffCommand
{
    private static readonly Argument<string[]> s_folders = new("folders")
    {
        Description = "The folder as it was and the folder as it is to be; with --in-force the latter alone",
        Arity = new ArgumentArity(1, 2),
    };

    private static readonly Option<bool> s_inForce = new("--in-force") { Description = "Compare with what is in force at the broker" };

    private static readonly Option<bool> s_machines = new("--machines")
    {
        Description = "Ask the broker which machines gain or lose, by the states that they have shown; implied by --in-force",
    };

    public static Command Create(Terminal terminal) =>
        new Command("diff", "Shows what differs between two sets of policies, and who gains and who loses") { s_folders, s_inForce, s_machines }
            .WithExamples(
                "keybroker policy diff ./policies ./edited",
                "keybroker policy diff ./policies ./edited --machines",
                "keybroker policy diff --in-force ./edited")
            .Runs(terminal, CompareAsync);

    private static async Task<int> CompareAsync(Invocation call)
    {
        var (folders, inForce) = (call.Get(s_folders), call.Get(s_inForce));
        if (folders.Length != (inForce ? 1 : 2))
        {
            throw new UsageException("name two folders, or one with --in-force");
        }

        var after = PolicyCommands.Load(folders[^1]);
        using var admin = call.Administration();
        var before = inForce ? await InForceAsync(admin, call.Cancelled) : PolicyCommands.Load(folders[0]);
        var difference = PolicySetDifference.Of(before, after);
        var json = new JsonObject { ["before"] = before.Digest, ["after"] = after.Digest, ["documents"] = ComparisonJson.Of(difference) };
        if (inForce || call.Get(s_machines))
        {
            json["machines"] = await admin.PostAsync(
                "policies/what-if", new JsonObject { ["files"] = PolicyCommands.Files(after), ["base"] = PolicyCommands.Files(before) }, call.Cancelled);
        }

        return call.Answer(json, () => Print(call.Terminal, json));
    }

    private static async Task<PolicySet> InForceAsync(BrokerAdministration admin, CancellationToken cancellationToken)
    {
        var files = (await admin.GetAsync("policies/files", cancellationToken))["files"] as JsonObject ?? [];
        return PolicySet.Of(files.Select(file => new PolicyFile(file.Key, Encoding.UTF8.GetBytes((string)file.Value!))));
    }

    private static void Print(Terminal terminal, JsonObject json)
    {
        var documents = Items.Of(json, "documents").ToList();
        if (documents.Count == 0)
        {
            terminal.Line("the sets say the same");
        }

        foreach (var document in documents)
        {
            terminal.Heading($"{document["kind"]} {document["name"]} {document["change"]} ({document["about"]})");
            foreach (var detail in Items.Of(document, "details"))
            {
                terminal.Line($"  {Sign((string?)detail["effect"])} {detail["text"]}");
            }
        }

        if (json["machines"] is JsonObject machines)
        {
            WhatIfText.Print(terminal, machines);
        }
    }

    private static string Sign(string? effect) => effect switch { "gain" => "+", "loss" => "-", _ => "~" };
}
