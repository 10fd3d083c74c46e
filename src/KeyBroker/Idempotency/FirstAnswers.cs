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

    /// <summary>Of a machine.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="admission">What it was admitted to.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="act">Makes it happen, once, and gives the claims of the answer.</param>
    /// <exception cref="DeniedException">idempotency-conflict, and what the request itself is refused with.</exception>
    public Task AnswerAsync(HttpContext context, Admission admission, int status, Func<Once?, Task<JsonObject>> act) => AnswerAsync(
        new OnceRequest(
            () => IdempotencyKey.Of(context.Request, admission), SubjectOf(admission), status, (code, claims) => response.SendAsync(context, code, claims)),
        act);

    /// <inheritdoc cref="AnswerAsync(HttpContext, Admission, int, Func{Once?, Task{JsonObject}})"/>
    public async Task AnswerAsync(OnceRequest request, Func<Once?, Task<JsonObject>> act)
    {
        var (named, found) = await LookUpAsync(request);
        if (named is not { } key)
        {
            await request.Send(request.Status, await act(null));
            return;
        }

        if (found is { } first)
        {
            await RepeatAsync(request, first);
            return;
        }

        try
        {
            await request.Send(request.Status, await act(new Once(store, key, request.Status)));
        }
        catch (DeniedException) when (store.Find(key) is { } meanwhile)
        {
            // The twin of this request came first, and what it made is in the way of this one.
            await RepeatAsync(request, meanwhile);
        }
    }

    private static AuditSubject SubjectOf(Admission admission) =>
        admission.Audit($"{admission.ResourceKind.ToString().ToLowerInvariant()}.{admission.Verb}");

    /// <summary>What is wrong with the header, or was sent under it before, is a refusal of somebody known: it is recorded.</summary>
    private async Task<(IdempotencyKey? Key, FirstAnswer? First)> LookUpAsync(OnceRequest request)
    {
        try
        {
            var key = request.Key();
            return (key, key is null ? null : store.Find(key));
        }
        catch (DeniedException denied)
        {
            await audit.AppendAsync(AuditEvents.Denied(request.Subject, denied), CancellationToken.None);
            denied.IsRecorded = true;
            throw;
        }
    }

    private async Task RepeatAsync(OnceRequest request, FirstAnswer first)
    {
        await audit.AppendAsync(AuditEvents.Done(request.Subject) with { Reasons = [Repeated] }, CancellationToken.None);
        await request.Send(first.Status, first.Claims);
    }
}
