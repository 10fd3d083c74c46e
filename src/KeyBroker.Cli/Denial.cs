using KeyBroker.Client;

namespace KeyBroker.Cli;

/// <summary>A refusal for people: what, by which policy, and which register differed from what was expected.</summary>
internal static class Denial
{
    public static void Print(Terminal terminal, Problem problem)
    {
        terminal.Error($"{problem.Code}: {problem.Title}");
        if (problem.Detail is { Length: > 0 } detail && detail != problem.Title)
        {
            terminal.ErrorDetail($"  {detail}");
        }

        PrintReasons(terminal, problem.Reasons);
        if (problem.Attestation is { } attestation)
        {
            terminal.ErrorDetail($"  attestation {attestation}: on the broker's host, 'keybroker policy explain {attestation}' says why");
        }

        if (problem.RequestId is { } requestId)
        {
            terminal.ErrorDetail($"  request {requestId}");
        }
    }

    public static void PrintReasons(Terminal terminal, IEnumerable<ProblemReason> reasons)
    {
        foreach (var reason in reasons)
        {
            Print(terminal, reason);
        }
    }

    private static void Print(Terminal terminal, ProblemReason reason)
    {
        var subject = string.Concat(
            reason.Policy is null ? string.Empty : $" policy {reason.Policy}",
            reason.Pcr is null ? string.Empty : $" PCR {reason.Pcr}",
            reason.Path is null ? string.Empty : $" {reason.Path}");
        terminal.ErrorDetail($"  - {reason.Code}{subject}: {reason.Message}");
        if (reason.Actual is not null)
        {
            terminal.ErrorDetail($"      actual   {reason.Actual}");
        }

        if (reason.Expected.Count > 0)
        {
            terminal.ErrorDetail($"      expected {string.Join(" or ", reason.Expected)}");
        }
    }
}
