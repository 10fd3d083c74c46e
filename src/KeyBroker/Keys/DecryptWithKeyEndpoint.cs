using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Post /v1/keys/{name}/decrypt: the plaintext of a ciphertext.</summary>
internal sealed class DecryptWithKeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : KeyEndpoint(gate, mediator, receipts)
{
    protected override string Verb => Attestation.Policies.Verb.Decrypt;

    public override void Configure()
    {
        Post("/v1/keys/{name}/decrypt");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Approval approval, RequestBody body)
    {
        var members = body.Object("ciphertext", "aad");
        return new DecryptWithKey(approval, members.Text("ciphertext"), members.OptionalBytes("aad") ?? []);
    }
}
