using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Idempotency;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>Sends a secret message on its way and its receipt back.</summary>
internal sealed class SecretAnswers(IMediator mediator, ReceiptSigner signer, ReceiptResponse response, FirstAnswers first)
{
    /// <summary>What the receipt of an operation on a secret says.</summary>
    /// <param name="at">When it was recorded; null for now.</param>
    public static JsonObject Claims(
        ReceiptSigner signer, Admission admission, long sequence, SecretResult result, DateTimeOffset? at = null) => signer.Claims(
        ReceiptResponse.About(admission, sequence) with { Secret = SecretDocument.Claim(result.Secret, result.Version), At = at },
        result.Result);

    public async Task SendAsync(HttpContext context, int status, SecretMessage message, CancellationToken cancellation)
    {
        var outcome = await mediator.Send(message, cancellation);
        if (message is ShowSecret)
        {
            context.Response.Headers.ETag = EntityTag.Of(outcome.Value.Secret);
        }

        await response.SendAsync(context, status, Claims(signer, message.Admission, outcome.Sequence, outcome.Value, outcome.At));
    }

    /// <summary>As <see cref="SendAsync"/>, for what creates: a request that was answered before gets that answer.</summary>
    public Task SendOnceAsync(HttpContext context, int status, SecretMessage message, CancellationToken cancellation) =>
        first.AnswerAsync(
            context, message.Admission, status,
            once => SendOnceAsync(message, once, cancellation));

    private async Task<JsonObject> SendOnceAsync(SecretMessage message, Once? once, CancellationToken cancellation)
    {
        var outcome = await mediator.Send(message with { Once = once }, cancellation);
        return once?.Kept ?? Claims(signer, message.Admission, outcome.Sequence, outcome.Value, outcome.At);
    }
}
