using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>The walk of every call about one secret: the gate first, then the body, the message, the receipt.</summary>
internal abstract class SecretEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : EndpointWithoutRequest
{
    protected abstract string Verb { get; }

    protected virtual int SuccessStatus => StatusCodes.Status200OK;

    /// <summary>Reads the body, whose every member is known, into the message.</summary>
    protected abstract SecretMessage Read(Approval approval, RequestBody body);

    public override async Task HandleAsync(CancellationToken ct)
    {
        var wanted = (Verb, ResourceKind.Secret, RequestTarget.Name(HttpContext));
        var message = await gate.AdmitAsync(HttpContext, wanted, Read);
        var outcome = await mediator.Send(message, ct);
        var (secret, version, result) = outcome.Value;
        var receipt = ReceiptResponse.About(message.Approval, outcome.Sequence) with
        {
            Secret = SecretDocument.Claim(secret, version),
        };
        await receipts.SendAsync(HttpContext, SuccessStatus, receipt, result);
    }
}
