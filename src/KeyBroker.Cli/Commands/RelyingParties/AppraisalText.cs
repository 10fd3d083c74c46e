using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.RelyingParties;

/// <summary>An appraisal for people and for programs.</summary>
internal static class AppraisalText
{
    public static int Print(Invocation call, Appraisal appraisal, string result)
    {
        var json = new JsonObject
        {
            ["status"] = appraisal.Status,
            ["machine"] = appraisal.Machine,
            ["result"] = result,
            ["claims"] = appraisal.Claims.DeepClone(),
        };
        call.Answer(json, () => Print(call.Terminal, appraisal));
        return appraisal.IsAffirming ? ExitCode.Done : ExitCode.Denied;
    }

    private static void Print(Terminal terminal, Appraisal appraisal)
    {
        if (appraisal.IsAffirming)
        {
            terminal.Done(appraisal.Status);
        }
        else
        {
            terminal.Error(appraisal.Status);
        }

        terminal.Fields(
            ("machine", appraisal.Machine),
            ("policies", string.Join(", ", appraisal.Policies)),
            ("vector", Vector(appraisal)),
            ("until", $"{appraisal.ExpiresAt:u}"));
        Denial.PrintReasons(terminal, appraisal.Reasons);
    }

    // 0 is "no claim": nothing to be read.
    private static string Vector(Appraisal appraisal) => string.Join(
        ", ", (appraisal.Vector ?? []).Where(claim => claim.Value?.ToString() is not "0").Select(claim => $"{claim.Key} {claim.Value}"));
}
