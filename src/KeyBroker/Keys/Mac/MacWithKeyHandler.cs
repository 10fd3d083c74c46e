using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class MacWithKeyHandler(KeyVault vault, Macs macs) : KeyHandler<MacWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(MacWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, null);
        var mac = await macs.MacAsync(key, request.Message, cancellationToken);
        return Done(key, key.PrimaryVersion, new JsonObject { ["mac"] = Base64Url.Encode(mac) });
    }
}
