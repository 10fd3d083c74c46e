using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

internal sealed class RenewKeyHandler(KeyVault vault) : IRequestHandler<RenewKey, Outcome<ChangedKey>>
{
    public async Task<Outcome<ChangedKey>> Handle(RenewKey message, CancellationToken cancellationToken)
    {
        var prepared = await vault.PrepareRotationAsync(message.Name, message.Wanted, cancellationToken);
        return new(new ChangedKey { Key = prepared.Value }, prepared.Commit)
        {
            Version = prepared.Value.Versions[^1].Version,
            Reasons = message.Reason is { } reason ? [reason] : null,
            Abandon = prepared.Abandon,
            Recorded = (transaction, _) => message.Once?.Keep(transaction, ItemAnswer.Kept(vault.Find(transaction, message.Name)!)),
        };
    }
}
