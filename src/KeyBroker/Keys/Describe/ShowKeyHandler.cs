using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class ShowKeyHandler(KeyVault vault) : KeyHandler<ShowKey>(vault)
{
    public override Task<Outcome<KeyResult>> Handle(ShowKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval);
        return Task.FromResult(Done(key, key.PrimaryVersion, KeyDocument.Of(key)));
    }
}
