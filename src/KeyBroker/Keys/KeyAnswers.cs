using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Idempotency;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Sends a key message on its way and its receipt back.</summary>
internal sealed class KeyAnswers(
    IMediator mediator, ReceiptSigner signer, ReceiptResponse response, FirstAnswers first, TimeProvider time)
{
    /// <summary>By the monotonic clock.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>What the receipt of an operation on a key says.</summary>
    /// <param name="at">When it was recorded; null for now.</param>
    public static JsonObject Claims(
        ReceiptSigner signer, Admission admission, long sequence, KeyResult result, DateTimeOffset? at = null) => signer.Claims(
        ReceiptResponse.About(admission, sequence) with { Key = KeyDocument.Claim(result.Key, result.Version), At = at }, result.Result);

    public async Task SendAsync(HttpContext context, int status, KeyMessage message, CancellationToken cancellation)
    {
        var outcome = await mediator.Send(message, cancellation);
        if (message is ShowKey)
        {
            context.Response.Headers.ETag = EntityTag.Of(outcome.Value.Key);
        }

        await response.SendAsync(context, status, Claims(signer, message.Admission, outcome.Sequence, outcome.Value, outcome.At));
    }

    /// <summary>As <see cref="SendAsync"/>, for what creates: a request that was answered before gets that answer.</summary>
    public Task SendOnceAsync(HttpContext context, int status, KeyMessage message, CancellationToken cancellation) =>
        first.AnswerAsync(
            context, message.Admission, status,
            once => SendOnceAsync(message, once, cancellation));

    private async Task<JsonObject> SendOnceAsync(KeyMessage message, Once? once, CancellationToken cancellation)
    {
        var outcome = await mediator.Send(message with { Once = once }, cancellation);
        return once?.Kept ?? Claims(signer, message.Admission, outcome.Sequence, outcome.Value, outcome.At);
    }
}
