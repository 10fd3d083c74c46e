using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class MakeDataKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<MakeDataKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(MakeDataKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, null);
        using var made = await ciphers.MakeDataKeyAsync(key, request.Length, request.Aad, cancellationToken);
        return Done(key, key.PrimaryVersion, new JsonObject
        {
            ["jwe"] = JweEncrypter.Encrypt(request.Recipient, made.Span),
            ["wrapped"] = made.Wrapped,
        }) with
        {
            Recipient = Recipient.NameOf(request.Approval, request.Recipient),
        };
    }
}
