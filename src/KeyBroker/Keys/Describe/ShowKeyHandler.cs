using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class ShowKeyHandler(KeyVault vault, KeyUpkeep upkeep) : KeyHandler<ShowKey>(vault)
{
    public override Task<Outcome<KeyResult>> Handle(ShowKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval);
        return key.State == KeyVersionState.Destroyed
            ? throw KeyLifeCycle.Destroyed("this key is destroyed")
            : Task.FromResult(Done(key, key.PrimaryVersion, KeyDocument.Of(key, upkeep.LeftOf(key))));
    }
}
