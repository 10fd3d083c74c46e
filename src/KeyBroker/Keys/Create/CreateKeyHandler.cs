using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class CreateKeyHandler(KeyVault vault, ReceiptSigner signer) : KeyHandler<CreateKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(CreateKey request, CancellationToken cancellationToken) =>
        Done(await Vault.PrepareAsync(request.Spec, cancellationToken), request, signer);
}
