using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>GET /v1/secrets: the secrets that the caller may read.</summary>
internal sealed class ListSecretsEndpoint(
    AccessGate gate, IMediator mediator, ReceiptSigner signer, ReceiptResponse response) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/v1/secrets");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var message = await gate.AdmitListAsync(
            HttpContext, ResourceKind.Secret, caller => new ListSecrets(caller, Page.Of(HttpContext.Request)));
        var outcome = await mediator.Send(message, ct);
        var receipt = ReceiptResponse.About(message.Caller, "secrets", outcome.Sequence);
        await response.SendAsync(HttpContext, StatusCodes.Status200OK, signer.Claims(receipt, outcome.Value));
    }
}
