using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class RotateKeyHandler(KeyVault vault, ReceiptSigner signer) : KeyHandler<RotateKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(RotateKey request, CancellationToken cancellationToken) =>
        Done(await Vault.PrepareRotationAsync(request.Approval.ResourceName, request.Wanted, cancellationToken), request, signer);
}
