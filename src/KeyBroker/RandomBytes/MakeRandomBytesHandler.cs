using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.RandomBytes;

internal sealed class MakeRandomBytesHandler(Randomness randomness)
    : IRequestHandler<MakeRandomBytes, Outcome<JsonObject>>
{
    public async Task<Outcome<JsonObject>> Handle(MakeRandomBytes request, CancellationToken cancellationToken)
    {
        using var bytes = await randomness.MakeAsync(request.Length, cancellationToken);
        return new(request.Recipient is { } recipient
            ? new JsonObject { ["jwe"] = JweEncrypter.Encrypt(recipient, bytes.Span) }
            : new JsonObject { ["random"] = Base64Url.Encode(bytes.Span) });
    }
}
