using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class AgreeWithKeyHandler(KeyVault vault, Agreements agreements) : KeyHandler<AgreeWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(AgreeWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, request.Version);
        using var secret = await agreements.AgreeAsync(key, request.Peer, request.Version, cancellationToken);
        var result = new JsonObject { ["jwe"] = JweEncrypter.Encrypt(request.Recipient, secret.Span) };
        return Done(key, request.Version ?? key.PrimaryVersion, result) with { Recipient = Recipient.NameOf(request.Approval, request.Recipient) };
    }
}
