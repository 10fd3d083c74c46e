using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands;

/// <summary>policy: work on policy files, without a broker.</summary>
internal static class PolicyCommands
{
    public static Command Create(Terminal terminal) => new("policy", "Policy files") { Validate(terminal) };

    private static Command Validate(Terminal terminal)
    {
        var directory = new Argument<string>("directory") { Description = "The folder of policy files" };
        return new Command("validate", "Checks a folder of policy files as the broker would") { directory }
            .WithExamples("keybroker policy validate ./policies")
            .Runs(terminal, call =>
            {
                var policies = Load(call.Get(directory));
                foreach (var warning in policies.Warnings)
                {
                    call.Terminal.ErrorDetail($"warning: {warning}");
                }

                var json = new JsonObject
                {
                    ["digest"] = policies.Digest,
                    ["policies"] = new JsonArray([.. policies.Policies.Select(policy => (JsonNode)policy.Name)]),
                    ["baselines"] = policies.Baselines.Length,
                };
                return call.Answer(json, () => call.Terminal.Done(
                    $"{policies.Policies.Length} policies and {policies.Baselines.Length} baselines are valid"));
            });
    }

    private static PolicySet Load(string directory) => Directory.Exists(directory)
        ? PolicySet.Load(directory)
        : throw new UsageException($"there is no folder '{directory}'");
}
