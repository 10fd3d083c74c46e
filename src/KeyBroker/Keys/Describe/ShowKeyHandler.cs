using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class ShowKeyHandler(KeyVault vault, KeyUpkeep upkeep, UsableVerbs verbs) : KeyHandler<ShowKey>(vault)
{
    public override Task<Outcome<KeyResult>> Handle(ShowKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval);
        if (key.State == KeyVersionState.Destroyed)
        {
            throw KeyLifeCycle.Destroyed("this key is destroyed");
        }

        var document = KeyDocument.Of(key, upkeep.LeftOf(key));
        document["allowed"] = verbs.Of(request.Approval.Caller, key);
        return Task.FromResult(Done(key, key.PrimaryVersion, document));
    }
}
