using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Post /v1/keys/{name}/verify: whether a signature is by this key.</summary>
internal sealed class VerifyWithKeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : KeyEndpoint(gate, mediator, receipts)
{
    protected override string Verb => Attestation.Policies.Verb.Verify;

    public override void Configure()
    {
        Post("/v1/keys/{name}/verify");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Approval approval, RequestBody body)
    {
        var members = body.Object("alg", "message", "digest", "signature", "version");
        return new VerifyWithKey(
            approval, SigningInput.Of(members), members.Bytes("signature"), members.OptionalInt32("version"));
    }
}
