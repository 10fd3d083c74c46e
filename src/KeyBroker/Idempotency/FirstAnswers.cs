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
        if (IdempotencyKey.Of(context.Request, admission) is not { } key)
        {
            await response.SendAsync(context, status, await act(null));
            return;
        }

        if (store.Find(key) is { } first)
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

    private async Task RepeatAsync(HttpContext context, Admission admission, FirstAnswer first)
    {
        var subject = admission.Audit($"{admission.ResourceKind.ToString().ToLowerInvariant()}.{admission.Verb}");
        await audit.AppendAsync(AuditEvents.Done(subject) with { Reasons = [Repeated] }, CancellationToken.None);
        await response.SendAsync(context, first.Status, first.Claims);
    }
}
