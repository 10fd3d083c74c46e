using System.Text.Json.Nodes;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class VerifyWithKeyHandler(KeyVault vault, Signatures signatures) : KeyHandler<VerifyWithKey>(vault)
{
    public override Task<Outcome<KeyResult>> Handle(VerifyWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, request.Version);
        var (alg, digest) = request.Input;
        var valid = signatures.Verify(key, alg, digest, request.Signature, request.Version);
        return Task.FromResult(Done(key, request.Version ?? key.PrimaryVersion, new JsonObject { ["valid"] = valid }));
    }
}
