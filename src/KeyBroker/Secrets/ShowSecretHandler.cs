using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class ShowSecretHandler(SecretVault vault, KeyUpkeep upkeep, UsableVerbs verbs) : SecretHandler<ShowSecret>(vault)
{
    public override Task<Outcome<SecretResult>> Handle(ShowSecret request, CancellationToken cancellationToken)
    {
        var secret = Find(request.Approval);
        if (secret.State == KeyVersionState.Destroyed)
        {
            throw KeyLifeCycle.Destroyed("this secret is destroyed");
        }

        var document = SecretDocument.Of(secret, upkeep.LeftOf(secret));
        document["allowed"] = verbs.Of(request.Approval.Caller, secret);
        return Task.FromResult(Done(secret, secret.Newest, document));
    }
}
