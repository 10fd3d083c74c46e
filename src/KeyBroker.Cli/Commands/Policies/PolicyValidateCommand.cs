using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy validate: everything that is wrong with a folder of policy files, each with its place.</summary>
internal static class PolicyValidateCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("directory") { Description = "The folder of policy files" };
        return new Command("validate", "Checks a folder of policy files as the broker would; exit code 1 if it would refuse them") { directory }
            .WithExamples("keybroker policy validate ./policies", "keybroker policy validate ./policies --output json")
            .Runs(terminal, call => Validate(call, PolicyCommands.Existing(call.Get(directory))));
    }

    private static int Validate(Invocation call, string directory)
    {
        try
        {
            return Accept(call, PolicySet.Load(directory));
        }
        catch (PolicyException invalid)
        {
            return Refuse(call, invalid);
        }
    }

    private static int Accept(Invocation call, PolicySet policies)
    {
        var warnings = policies.WarningsAt(TimeProvider.System.GetUtcNow());
        var json = new JsonObject
        {
            ["valid"] = true,
            ["digest"] = policies.Digest,
            ["policies"] = new JsonArray([.. policies.Policies.Select(policy => (JsonNode)policy.Name)]),
            ["baselines"] = policies.Baselines.Length,
            ["warnings"] = ToJson(warnings),
        };
        return call.Answer(json, () =>
        {
            warnings.ToList().ForEach(warning => call.Terminal.ErrorDetail($"warning: {warning}"));
            call.Terminal.Done($"{policies.Policies.Length} policies and {policies.Baselines.Length} baselines are valid");
        });
    }

    private static int Refuse(Invocation call, PolicyException invalid)
    {
        call.Answer(new JsonObject { ["valid"] = false, ["errors"] = ToJson(invalid.Errors) }, () =>
        {
            invalid.Errors.ToList().ForEach(error => call.Terminal.Error(error.ToString()));
            call.Terminal.ErrorDetail($"{invalid.Errors.Count} errors: a broker would refuse the whole folder");
        });
        return ExitCode.Denied;
    }

    private static JsonArray ToJson(IEnumerable<PolicyError> errors) => [.. errors.Select(ToJson)];

    private static JsonObject ToJson(PolicyError error)
    {
        var json = new JsonObject
        {
            ["file"] = error.File,
            ["line"] = error.Line,
            ["column"] = error.Column,
            ["code"] = error.Code,
            ["message"] = error.Message,
        };
        json.AddIfGiven("meant", error.Meant);
        return json;
    }
}
