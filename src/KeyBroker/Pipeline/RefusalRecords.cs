using KeyBroker.Attestation;
using KeyBroker.Audit;

namespace KeyBroker.Pipeline;

/// <summary>AUD-34. Records what somebody known was refused before it became a message: what cannot be read has no handler that could.</summary>
internal sealed class RefusalRecords(RequestDelegate next, AuditLog audit)
{
    /// <summary>From now on the caller is somebody.</summary>
    /// <param name="subject">What a refusal is recorded as, where nobody says it better.</param>
    public static void Know(HttpContext context, AuditSubject subject) => context.Features.Set(subject);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (DeniedException denied) when (IsOwed(context, denied))
        {
            await audit.AppendAsync(AuditEvents.Denied(context.Features.Get<AuditSubject>()!, denied), CancellationToken.None);
            throw;
        }
    }

    // Whoever asks too much must not fill the log with it.
    private static bool IsOwed(HttpContext context, DeniedException denied) =>
        !denied.IsRecorded && denied.Code != ProblemCodes.RateLimited && context.Features.Get<AuditSubject>() is not null;
}
