using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class ReleaseSecretHandler(SecretVault vault) : SecretHandler<ReleaseSecret>(vault)
{
    public override async Task<Outcome<SecretResult>> Handle(ReleaseSecret request, CancellationToken cancellationToken)
    {
        var secret = Find(request.Approval);
        using var value = await Vault.OpenAsync(secret, request.Version, cancellationToken);
        var version = request.Version is { } number ? secret.Version(number)! : secret.Newest;
        return Done(secret, version, request.Target.Deliver(value.Span));
    }
}
