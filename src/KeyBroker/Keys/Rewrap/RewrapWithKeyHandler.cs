using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class RewrapWithKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<RewrapWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(RewrapWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, Ciphertext.VersionIn(request.Ciphertext));
        var ciphertext = await ciphers.RewrapAsync(key, request.Ciphertext, request.Aad, cancellationToken);
        return Done(key, key.PrimaryVersion, new JsonObject { ["ciphertext"] = ciphertext }) with
        {
            RestsOn = [(Ciphertext.Parse(request.Ciphertext).Version, Verb.Rewrap), (key.PrimaryVersion, Verb.Encrypt)],
        };
    }
}
