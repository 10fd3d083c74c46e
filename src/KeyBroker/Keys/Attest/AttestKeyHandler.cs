using KeyBroker.Attestation;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class AttestKeyHandler(KeyVault vault, KeyAttester attester) : KeyHandler<AttestKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(AttestKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, request.Number);
        var version = key.Version(request.Number ?? key.PrimaryVersion)
            ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");
        KeyLifeCycle.Check(key, version, "attestation");
        var attestation = await attester.AttestAsync(key, version, request.Nonce, cancellationToken);
        return Done(key, version.Version, attestation.ToJson());
    }
}
