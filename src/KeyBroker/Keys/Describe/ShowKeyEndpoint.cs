using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>GET /v1/keys/{name}: a key and its versions.</summary>
internal sealed class ShowKeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : KeyEndpoint(gate, mediator, receipts)
{
    protected override string Verb => Attestation.Policies.Verb.Read;

    public override void Configure()
    {
        Get("/v1/keys/{name}");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Approval approval, RequestBody body) => new ShowKey(approval);
}
