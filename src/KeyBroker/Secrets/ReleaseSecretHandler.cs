using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

internal sealed class ReleaseSecretHandler(SecretVault vault) : SecretHandler<ReleaseSecret>(vault)
{
    public override async Task<Outcome<SecretResult>> Handle(ReleaseSecret request, CancellationToken cancellationToken)
    {
        var secret = Find(request.Approval, request.Version);
        var version = SecretVault.Choose(secret, request.Approval.Verb, request.Version);
        using var value = await Vault.OpenAsync(secret, version.Version, cancellationToken);
        return Done(secret, version, request.Target.Deliver(value.Span)) with { Recipient = request.Target.NameFor(request.Approval) };
    }
}
