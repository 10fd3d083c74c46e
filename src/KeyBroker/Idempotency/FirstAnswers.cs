using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;

namespace KeyBroker.Idempotency;

/// <summary>
/// Gives a request that creates its first answer again, however often it is sent under one Idempotency-Key. The caller was
/// admitted anew before; nothing happens twice, and every repetition is recorded.
/// </summary>
internal sealed class FirstAnswers(FirstAnswerStore store, ReceiptResponse response, AuditLog audit)
{
    private const string Repeated = "repeated";

    /// <param name="act">Makes it happen, once, and gives the claims of the answer.</param>
    /// <exception cref="DeniedException">idempotency-conflict, and what the request itself is refused with.</exception>
    public async Task AnswerAsync(HttpContext context, Admission admission, int status, Func<Once?, Task<JsonObject>> act)
    {
        var (named, found) = await LookUpAsync(context.Request, admission);
        if (named is not { } key)
        {
            await response.SendAsync(context, status, await act(null));
            return;
        }

        if (found is { } first)
        {
            await RepeatAsync(context, admission, first);
            return;
        }

        try
        {
            await response.SendAsync(context, status, await act(new Once(store, key, status)));
        }
        catch (DeniedException) when (store.Find(key) is { } meanwhile)
        {
            // The twin of this request came first, and what it made is in the way of this one.
            await RepeatAsync(context, admission, meanwhile);
        }
    }

    private static AuditSubject SubjectOf(Admission admission) =>
        admission.Audit($"{admission.ResourceKind.ToString().ToLowerInvariant()}.{admission.Verb}");

    /// <summary>What is wrong with the header, or was sent under it before, is a refusal of somebody known: it is recorded.</summary>
    private async Task<(IdempotencyKey? Key, FirstAnswer? First)> LookUpAsync(HttpRequest request, Admission admission)
    {
        try
        {
            var key = IdempotencyKey.Of(request, admission);
            return (key, key is null ? null : store.Find(key));
        }
        catch (DeniedException denied)
        {
            await audit.AppendAsync(AuditEvents.Denied(SubjectOf(admission), denied), CancellationToken.None);
            throw;
        }
    }

    private async Task RepeatAsync(HttpContext context, Admission admission, FirstAnswer first)
    {
        await audit.AppendAsync(AuditEvents.Done(SubjectOf(admission)) with { Reasons = [Repeated] }, CancellationToken.None);
        await response.SendAsync(context, first.Status, first.Claims);
    }
}
