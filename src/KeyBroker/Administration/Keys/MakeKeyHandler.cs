using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

internal sealed class MakeKeyHandler(KeyVault vault) : IRequestHandler<MakeKey, Outcome<ChangedKey>>
{
    public async Task<Outcome<ChangedKey>> Handle(MakeKey message, CancellationToken cancellationToken)
    {
        var prepared = await vault.PrepareAsync(message.Spec, cancellationToken);
        var changed = new ChangedKey { Kept = ItemAnswer.Kept(prepared.Value) };
        return new(changed, prepared.Commit)
        {
            Version = prepared.Value.PrimaryVersion,
            Abandon = prepared.Abandon,
            Recorded = (transaction, _) => message.Once?.Keep(transaction, changed.Kept),
        };
    }
}
