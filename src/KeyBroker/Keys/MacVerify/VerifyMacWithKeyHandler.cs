using System.Text.Json.Nodes;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class VerifyMacWithKeyHandler(KeyVault vault, Macs macs) : KeyHandler<VerifyMacWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(VerifyMacWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval);
        var maker = await macs.FindMakerAsync(key, (request.Message, request.Mac), cancellationToken);
        var done = Done(key, maker?.Version ?? key.PrimaryVersion, new JsonObject { ["valid"] = maker is not null });

        // Nobody's code rests on no version: the primary one is named, but may be one that was not even asked.
        return maker is null ? done with { RestsOn = [] } : done;
    }
}
