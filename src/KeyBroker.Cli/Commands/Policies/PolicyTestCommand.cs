using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy test: the cases beside the policies, for a build that fails where one does.</summary>
internal static class PolicyTestCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("directory") { Description = "The folder of policy files and of *.test.yaml beside them" };
        return new Command("test", "Tries the cases of *.test.yaml on the policies; exit code 1 if one fails or there is none") { directory }
            .WithExamples("keybroker policy test ./policies", "keybroker policy test ./policies --output json")
            .Runs(terminal, call => Run(call, PolicyCommands.Existing(call.Get(directory))));
    }

    private static int Run(Invocation call, string directory)
    {
        var (policies, cases) = (PolicyCommands.Load(directory), PolicyTests.Load(directory));
        var now = TimeProvider.System.GetUtcNow();
        var results = cases.Select(tried => PolicyTestResult.Of(tried, policies, now)).ToList();
        var passed = results.Count(result => result.Passed);
        var json = new JsonObject
        {
            ["passed"] = passed,
            ["failed"] = results.Count - passed,
            ["cases"] = new JsonArray([.. results.Select(ToJson)]),
        };
        call.Answer(json, () => Print(call.Terminal, results, passed));
        return results.Count > 0 && passed == results.Count ? ExitCode.Done : ExitCode.Denied;
    }

    private static void Print(Terminal terminal, List<PolicyTestResult> results, int passed)
    {
        if (results.Count == 0)
        {
            terminal.Error("there is no case: cases are in files named *.test.yaml");
            return;
        }

        terminal.Table(["RESULT", "CASE", "FILE"], results.Select(result => new[]
        {
            result.Passed ? "passed" : "failed", result.Case.Name, result.Case.File,
        }));
        foreach (var result in results.Where(result => !result.Passed))
        {
            terminal.Error($"{result.Case.File}: {result.Case.Name}");
            foreach (var failure in result.Failures)
            {
                terminal.ErrorDetail($"  {failure.What}: expected {failure.Expected}, actual {failure.Actual}");
            }
        }

        var summary = $"{passed} passed, {results.Count - passed} failed";
        if (passed == results.Count)
        {
            terminal.Done(summary);
        }
        else
        {
            terminal.Error(summary);
        }
    }

    private static JsonObject ToJson(PolicyTestResult result) => new()
    {
        ["file"] = result.Case.File,
        ["name"] = result.Case.Name,
        ["passed"] = result.Passed,
        ["failures"] = new JsonArray([.. result.Failures.Select(failure => new JsonObject
        {
            ["what"] = failure.What,
            ["expected"] = failure.Expected,
            ["actual"] = failure.Actual,
        })]),
    };
}
