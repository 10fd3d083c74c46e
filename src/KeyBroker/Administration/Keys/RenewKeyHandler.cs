using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

internal sealed class RenewKeyHandler(KeyVault vault) : IRequestHandler<RenewKey, Outcome<ChangedKey>>
{
    public async Task<Outcome<ChangedKey>> Handle(RenewKey message, CancellationToken cancellationToken)
    {
        var prepared = await vault.PrepareRotationAsync(message.Name, message.Wanted, cancellationToken);
        var changed = new ChangedKey();
        return new(changed, prepared.Commit)
        {
            Version = prepared.Value.Versions[^1].Version,
            Reasons = message.Reason is { } reason ? [reason] : null,
            Abandon = prepared.Abandon,
            Recorded = (transaction, _) =>
            {
                // Nobody reads what the broker does by itself.
                changed.Kept = message.Reason is null ? ItemAnswer.Kept(vault.Find(transaction, message.Name)!) : null;
                message.Once?.Keep(transaction, changed.Kept!);
            },
        };
    }
}
