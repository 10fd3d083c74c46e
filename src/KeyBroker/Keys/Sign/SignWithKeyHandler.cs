using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class SignWithKeyHandler(KeyVault vault, Signatures signatures) : KeyHandler<SignWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(SignWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, request.Version);
        var (alg, digest) = request.Input;
        var signature = await signatures.SignAsync(key, alg, digest, request.Version, cancellationToken);
        var result = new JsonObject { ["alg"] = alg, ["signature"] = Base64Url.Encode(signature) };
        return Done(key, request.Version ?? key.PrimaryVersion, result);
    }
}
