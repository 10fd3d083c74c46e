using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>The walk of every call about one key: the gate first, then the body, the message, the receipt.</summary>
internal abstract class KeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : EndpointWithoutRequest
{
    protected abstract string Verb { get; }

    protected virtual int SuccessStatus => StatusCodes.Status200OK;

    /// <summary>Reads the body, whose every member is known, into the message.</summary>
    protected abstract KeyMessage Read(Approval approval, RequestBody body);

    public override async Task HandleAsync(CancellationToken ct)
    {
        var name = RequestTarget.Name(HttpContext);
        var message = await gate.AdmitAsync(HttpContext, (Verb, ResourceKind.Key, name), Read);
        var outcome = await mediator.Send(message, ct);
        await SendAsync(receipts, HttpContext, message.Approval, SuccessStatus, outcome);
    }

    internal static Task SendAsync(
        ReceiptResponse receipts, HttpContext context, Approval approval, int status, Outcome<KeyResult> outcome)
    {
        var (key, version, result) = outcome.Value;
        var receipt = ReceiptResponse.About(approval, outcome.Sequence) with { Key = KeyDocument.Claim(key, version) };
        return receipts.SendAsync(context, status, receipt, result);
    }
}
