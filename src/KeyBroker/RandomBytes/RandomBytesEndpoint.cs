using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Receipts;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.RandomBytes;

/// <summary>POST /v1/random: random bytes of the TPM and the operating system. They are about no name, so no grant is asked.</summary>
internal sealed class RandomBytesEndpoint(
    AccessGate gate, IMediator mediator, ReceiptSigner signer, ReceiptResponse response) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/random");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var message = await gate.AdmitCallerAsync(HttpContext, MakeRandomBytes.Operation, Read);
        var outcome = await mediator.Send(message, ct);
        var receipt = ReceiptResponse.About(message.Caller, MakeRandomBytes.Operation, outcome.Sequence) with
        {
            Operation = MakeRandomBytes.Operation,
        };
        await response.SendAsync(HttpContext, StatusCodes.Status200OK, signer.Claims(receipt, outcome.Value));
    }

    private static MakeRandomBytes Read(Caller caller, RequestBody body)
    {
        var members = body.Object("bytes", "to");
        var length = members.OptionalInt32("bytes") ?? throw DeniedException.Malformed("a member is missing", "bytes");
        if (length is < 1 or > Randomness.Longest)
        {
            throw DeniedException.Malformed($"1 to {Randomness.Longest} is expected", "bytes");
        }

        return new MakeRandomBytes(
            caller, length, members.OptionalText("to") is { } to ? Recipient.Named(caller.Enc, to) : null);
    }
}
