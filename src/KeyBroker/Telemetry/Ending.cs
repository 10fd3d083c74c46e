using KeyBroker.Attestation;
using KeyBroker.Pipeline;

namespace KeyBroker.Telemetry;

/// <summary>How an operation ended, in words of closed sets only.</summary>
/// <param name="Outcome">As in the audit: done, denied or failed.</param>
/// <param name="Code">The problem code, or none.</param>
/// <param name="Reason">The first reason of a denial; without one, the code.</param>
internal readonly record struct Ending(string Outcome, string Code, string Reason)
{
    public const string Denied = "denied";
    private const string None = "none";
    private const string Other = "other";

    public static Ending Done { get; } = new("done", None, None);

    public static Ending Of(Exception failure)
    {
        if (failure is not DeniedException denied)
        {
            var code = AuditEvents.CodeOf(failure);
            return new("failed", code, code);
        }

        return new(Denied, denied.Code, denied.Reasons is [var first, ..] ? Closed(first.Code) : denied.Code);
    }

    // TEL-1. Reasons are constants everywhere; should one ever not be, it still makes no label of its own.
    private static string Closed(string reason) =>
        ReasonCodes.All.Contains(reason) || ProblemCodes.All.Contains(reason) ? reason : Other;
}
