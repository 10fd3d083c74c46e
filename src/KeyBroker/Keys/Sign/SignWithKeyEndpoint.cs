using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Post /v1/keys/{name}/sign: a signature by the broker's TPM.</summary>
internal sealed class SignWithKeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : KeyEndpoint(gate, mediator, receipts)
{
    protected override string Verb => Attestation.Policies.Verb.Sign;

    public override void Configure()
    {
        Post("/v1/keys/{name}/sign");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Approval approval, RequestBody body)
    {
        var members = body.Object("alg", "message", "digest", "version");
        return new SignWithKey(approval, SigningInput.Of(members), members.OptionalInt32("version"));
    }
}
