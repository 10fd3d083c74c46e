using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class ShowSecretHandler(SecretVault vault) : SecretHandler<ShowSecret>(vault)
{
    public override Task<Outcome<SecretResult>> Handle(ShowSecret request, CancellationToken cancellationToken)
    {
        var secret = Find(request.Approval);
        return Task.FromResult(Done(secret, secret.Newest, SecretDocument.Of(secret)));
    }
}
