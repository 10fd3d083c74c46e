using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Post /v1/keys/{name}/encrypt: a ciphertext under the primary version.</summary>
internal sealed class EncryptWithKeyEndpoint(AccessGate gate, IMediator mediator, ReceiptResponse receipts)
    : KeyEndpoint(gate, mediator, receipts)
{
    protected override string Verb => Attestation.Policies.Verb.Encrypt;

    public override void Configure()
    {
        Post("/v1/keys/{name}/encrypt");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Approval approval, RequestBody body)
    {
        var members = body.Object("plaintext", "aad");
        return new EncryptWithKey(approval, members.Bytes("plaintext"), members.OptionalBytes("aad") ?? []);
    }
}
